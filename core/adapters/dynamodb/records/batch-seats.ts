import type { BatchCounts } from '../../../contracts/http/batches.ts';
import type { BatchSeat, Job } from '../../../domain/entities/job.ts';
import type { NamedPart } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';

/**
 * Lists and counts jobs in the batch of their zip, in the transaction that makes them: each stands in it once, whoever
 * makes it. A batch goes with its user only, as the upload does.
 */
export function seatParts(
  { batchPart, batchCounter }: TransactionEntities,
  seat: BatchSeat | undefined,
  jobs: readonly Job[],
): NamedPart[] {
  if (seat === undefined || jobs.length === 0) return [];
  const { batchId, part, shard } = seat;
  const listed = jobs.map(({ id, mediaId, model, video, views }) => ({
    id,
    mediaId,
    model,
    ...(video !== undefined && { video }),
    ...(views !== undefined && { views }),
  }));
  const counts: Partial<BatchCounts> = {};
  for (const { status } of jobs) counts[status] = (counts[status] ?? 0) + 1;
  return [
    [
      'part',
      batchPart
        .upsert({ batchId, part })
        .append({ jobs: listed })
        .add({ madeCount: jobs.length, revision: 1 })
        .commit(),
    ],
    [
      'upload',
      batchCounter
        .patch({ batchId, shard })
        .add({ ...counts, moves: 1 })
        .commit(),
    ],
  ];
}
