import { ResultDocument } from '../../../contracts/result-document.ts';
import type { ResultRepository, StoredResult } from '../../../domain/entities/stored-result.ts';
import { getAll } from '../table/get-all.ts';
import { unpackJson } from '../table/packed-json.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

export function createResultRecords(table: SegmentryTable): ResultRepository {
  return {
    async find(jobId: string): Promise<StoredResult | undefined> {
      const { data } = await table.entities.result.get({ jobId }).go({ consistent: true });
      return toResult(data);
    },

    /** By job; jobs without a result are left out. */
    async findAll(jobIds: readonly string[]): Promise<Map<string, StoredResult>> {
      const keys = [...new Set(jobIds)].map((jobId) => ({ jobId }));
      const found = await getAll(keys, (some) => table.entities.result.get(some).go({ consistent: true }));
      return new Map(
        found.flatMap((item) => {
          const result = toResult(item);
          return result === undefined ? [] : [[item.jobId, result]];
        }),
      );
    },
  };
}

interface Item {
  readonly key?: string;
  readonly sizeBytes?: number;
  readonly packed?: Uint8Array;
  /** As it was written before documents were packed. */
  readonly document?: string;
}

export function toResult(item: Item | null | undefined): StoredResult | undefined {
  const { key, sizeBytes, packed, document } = item ?? {};
  if (key !== undefined) return { key, sizeBytes };
  const json = packed === undefined ? document : unpackJson(packed);
  return json === undefined ? undefined : { document: ResultDocument.parse(JSON.parse(json)) };
}
