import type { BatchCounts } from '../../../contracts/http/batches.ts';
import type { BatchSeat, Job } from '../../../domain/entities/job.ts';
import type { NamedPart } from '../table/named-transaction.ts';
import type { TransactionEntities } from '../table/segmentry-table.ts';

/** The name of the part that does not hold where the batch was canceled or retried since the seat was planned. */
export const SEAT_PART = 'seat';

/**
 * Lists and counts jobs in the batch of their zip, in the transaction that makes them: each stands in it once, whoever
 * makes it. A batch goes with its user only, as the upload does. What is made, or left out, is so because of how the batch
 * stands: no job comes behind the back of a cancel.
 */
export function seatParts(
  entities: TransactionEntities,
  seat: BatchSeat | undefined,
  jobs: readonly Job[],
): NamedPart[] {
  if (seat === undefined) return [];
  const asPlanned: NamedPart = [SEAT_PART, asPlannedPart(entities, seat)];
  return jobs.length === 0 ? [asPlanned] : [asPlanned, ...listedParts(entities, seat, jobs)];
}

const asPlannedPart = ({ batch }: TransactionEntities, { batchId, isCanceled, round }: BatchSeat) =>
  batch
    .check({ id: batchId })
    .where((item, { eq, ne, notExists }) =>
      [
        isCanceled === true ? eq(item.isCanceled, true) : ne(item.isCanceled, true),
        round === undefined ? notExists(item.round) : eq(item.round, round),
      ].join(' AND '),
    )
    .commit();

function listedParts(
  { batchPart, batchCounter }: TransactionEntities,
  { batchId, part, shard }: BatchSeat,
  jobs: readonly Job[],
): NamedPart[] {
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
