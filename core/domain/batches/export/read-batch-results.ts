import type { ResultFormat } from '../../../contracts/http/batches.ts';
import type { Batch, BatchRepository, ExportFile } from '../../entities/batch.ts';
import { DomainError } from '../../entities/errors.ts';
import type { ObjectStore } from '../../entities/objects.ts';
import type { RequestContext } from '../../request/authenticate.ts';
import { readProgress } from '../control-batch.ts';
import type { BatchQueue } from '../create-batch.ts';
import { type ExportBatchPorts, ExportTooLargeError, exportBatch, exportKey } from './export-batch.ts';

export interface ReadBatchResultsPorts extends ExportBatchPorts {
  readonly batches: ExportBatchPorts['batches'] & Pick<BatchRepository, 'counts' | 'claimExport'>;
  readonly objects: Pick<ObjectStore, 'get' | 'has' | 'putPieces' | 'read'>;
  readonly batchQueue: BatchQueue;
}

/** The file is more than can be written in the time there is. */
export class ExportFailedError extends DomainError {
  readonly code = 'export_failed';
  readonly kind = 'unprocessable';

  constructor(batchId: string) {
    super(
      `The results of batch ${batchId} could not be written into one file. Fetch those of its jobs one by one, or divide the batch.`,
    );
  }
}

/** More results than these, and videos, are written in the background: the request would not wait for them. */
const AT_ONCE = 300;
/** The same of results in the bucket: the API writes about ten megabytes a second, and has 29 seconds for all it does. */
const AT_ONCE_BYTES = 20_000_000;

/**
 * The key of the file that holds what a batch has found so far.
 * @returns undefined while it is being written: ask again.
 * @throws BatchNotFoundError, ExportFailedError
 */
export async function readBatchResults(
  batchId: string,
  format: ResultFormat,
  context: RequestContext<'batch'>,
  ports: ReadBatchResultsPorts,
): Promise<string | undefined> {
  const { batch, counts } = await readProgress(batchId, context, ports);
  const file = { format, key: exportKey(batch.id, format, counts.succeeded) };
  if (await ports.objects.has(file.key)) return file.key;
  const isSmall = batch.videoJobCount === undefined && counts.succeeded <= AT_ONCE;
  if (isSmall && !isAsked(batch, file) && (await isWrittenAtOnce(batch, file, ports))) return file.key;
  const claim = await ports.batches.claimExport(batch, file);
  if (claim === 'failed') throw new ExportFailedError(batch.id);
  if (claim === 'claimed') await ports.batchQueue.send([{ batchId: batch.id, action: 'export', ...file }]);
  return undefined;
}

/** What was too large for a request is so for the next one. */
const isAsked = ({ exportsAsked }: Batch, { format, key }: ExportFile) => exportsAsked?.[format]?.key === key;

async function isWrittenAtOnce(
  batch: Batch,
  file: ExportFile,
  ports: ReadBatchResultsPorts,
): Promise<boolean> {
  try {
    await exportBatch(batch, file, { ...ports, limits: { bytes: AT_ONCE_BYTES } });
    return true;
  } catch (error) {
    if (!(error instanceof ExportTooLargeError)) throw error;
    return false;
  }
}
