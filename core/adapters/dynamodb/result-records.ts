import { ResultDocument } from '../../contracts/result-document.ts';
import type { StoredResult } from '../../domain/read-result.ts';
import type { SegmentryTable } from './segmentry-table.ts';

export function createResultRecords(table: SegmentryTable) {
  return {
    async find(jobId: string): Promise<StoredResult | undefined> {
      const { data } = await table.entities.result.get({ jobId }).go({ consistent: true });
      if (data?.key !== undefined) return { key: data.key };
      if (data?.document === undefined) return undefined;
      return { document: ResultDocument.parse(JSON.parse(data.document)) };
    },
  };
}
