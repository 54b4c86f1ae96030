import type { ResultFormat } from '../../../contracts/http/batches.ts';
import type { BatchRepository } from '../../entities/batch.ts';
import type { ObjectStore } from '../../entities/objects.ts';
import type { RequestContext } from '../../request/authenticate.ts';
import { readProgress } from '../control-batch.ts';
import type { BatchQueue } from '../create-batch.ts';
import { type ExportBatchPorts, exportBatch, exportKey } from './export-batch.ts';

export interface ReadBatchResultsPorts extends ExportBatchPorts {
  readonly batches: ExportBatchPorts['batches'] & Pick<BatchRepository, 'counts' | 'claimExport'>;
  readonly objects: Pick<ObjectStore, 'get' | 'has' | 'putPieces' | 'read'>;
  readonly batchQueue: BatchQueue;
}

/** More results than these, and videos, are written in the background: the request would not wait for them. */
const AT_ONCE = 300;

/**
 * The key of the file that holds what a batch has found so far.
 * @returns undefined while it is being written: ask again.
 * @throws BatchNotFoundError
 */
export async function readBatchResults(
  batchId: string,
  format: ResultFormat,
  context: RequestContext<'batch'>,
  ports: ReadBatchResultsPorts,
): Promise<string | undefined> {
  const { batch, counts } = await readProgress(batchId, context, ports);
  const key = exportKey(batch.id, format, counts.succeeded);
  if (await ports.objects.has(key)) return key;
  if (batch.videoJobCount === undefined && counts.succeeded <= AT_ONCE) {
    await exportBatch(batch, { format, key }, ports);
    return key;
  }
  if (await ports.batches.claimExport(batch.id, key)) {
    await ports.batchQueue.send([{ batchId: batch.id, action: 'export', format, key }]);
  }
  return undefined;
}
