import { TIMED_OUT } from '../analysis/time-limit.ts';
import type { BatchQueue } from '../batches/create-batch.ts';
import { type FinishBatchPorts, finishBatch } from '../batches/finish-batch.ts';
import { partsToProcess } from '../entities/batch.ts';
import { analysisMessageOf, type Job, type JobFailure } from '../entities/job.ts';
import type { Upload } from '../entities/upload.ts';
import type { DoneSegments } from '../entities/video.ts';
import { type AnnounceChangesPorts, announceChanges, type Change } from '../events/announce-changes.ts';
import type { AnalysisQueue } from '../media/upload-image.ts';
import type { DeliveryQueue, QueuedDelivery } from '../webhooks/plan-deliveries.ts';
import { type FinishDeadUploadsPorts, finishDeadUploads } from './finish-dead-uploads.ts';
import { finishStalledUpload } from './finish-stalled-upload.ts';
import { type PurgeMediaPorts, purgeSegments } from './purge-media.ts';
import { type RemoveOrphansPorts, removeOrphans } from './remove-orphans.ts';
import { type ReviveUntriedPorts, reviveUntried } from './revive-untried.ts';

/** What should have gone on by itself by now, and has not. */
export interface ReconcilePorts
  extends Omit<AnnounceChangesPorts, 'purgeSegments'>,
    Pick<PurgeMediaPorts, 'removeSegments'>,
    Omit<FinishBatchPorts, 'uploads'>,
    FinishDeadUploadsPorts,
    Pick<RemoveOrphansPorts, 'listRecorded'>,
    Pick<ReviveUntriedPorts, 'deadLetters'> {
  readonly objects: FinishDeadUploadsPorts['objects'] & RemoveOrphansPorts['objects'];
  readonly jobs: ReviveUntriedPorts['jobs'] & {
    /** Jobs that have been queued for long. */
    listQueuedLong(now: Date): Promise<Job[]>;
    /** Running jobs whose lease is over, and that no other worker has taken. */
    listOverrun(now: Date): Promise<Job[]>;
    /** Has the job looked at again at `time`. */
    postpone(job: Job, time: Date): Promise<void>;
    /** Makes an overrun job queued again; false where something happened to it meanwhile. */
    requeue(job: Job, now: Date): Promise<boolean>;
    fail(job: Job, failure: JobFailure): Promise<boolean>;
  };
  readonly openBatches: {
    /** Batches that have been open for long, as ids. */
    listLong(now: Date): Promise<string[]>;
    postpone(batchId: string, time: Date): Promise<void>;
  };
  /** Uploads that no worker will continue. */
  readonly listStalledUploads: (now: Date) => Promise<Upload[]>;
  /** Records whose state is not announced though it is old enough, as changes that brought them there. */
  readonly listUnannounced: (now: Date) => Promise<Change[]>;
  /** Deliveries whose time has come and that no message has brought on. */
  readonly listDueDeliveries: (now: Date) => Promise<QueuedDelivery[]>;
  readonly analysisQueue: AnalysisQueue;
  readonly batchQueue: BatchQueue;
  readonly deliveryQueue: Pick<DeliveryQueue, 'send'>;
  /** Attempts after which a job that overruns has failed. */
  readonly maxAttempts: number;
}

/** How many things a reconciliation has found, by what was done about them. */
export interface Reconciliation {
  readonly resent: number;
  readonly revived: number;
  readonly requeued: number;
  readonly failed: number;
  readonly finishedBatches: number;
  readonly finishedUploads: number;
  readonly announced: number;
  readonly redelivered: number;
  /** Objects without a record, which were removed. */
  readonly orphans: number;
}

const PATIENCE_MS = 15 * 60 * 1000;

/**
 * Brings on what lost its message, its worker or its announcement. Everything it does is what a repeat of the
 * lost thing would do, so reconciling what was not lost changes nothing.
 */
export async function reconcile(now: Date, ports: ReconcilePorts): Promise<Reconciliation> {
  const resent = await resendQueued(now, ports);
  const revived = await reviveUntried(now, ports);
  const { requeued, failed } = await finishOverrun(now, ports);
  const finishedBatches = await finishBatches(now, ports);
  const deadUploads = await finishDeadUploads(ports);
  const stalled = await ports.listStalledUploads(now);
  for (const upload of stalled) await finishStalledUpload(upload, ports);
  const unannounced = await ports.listUnannounced(now);
  await announceChanges(unannounced, { ...ports, purgeSegments: (done) => purgeAll(done, ports) });
  const due = await ports.listDueDeliveries(now);
  for (const delivery of due) await ports.deliveryQueue.send(delivery);
  const orphans = await removeOrphans(now, ports);
  return {
    resent,
    revived,
    requeued,
    failed,
    finishedBatches,
    finishedUploads: stalled.length + deadUploads,
    announced: unannounced.length,
    redelivered: due.length,
    orphans,
  };
}

async function purgeAll(done: readonly DoneSegments[], ports: ReconcilePorts): Promise<void> {
  for (const each of done) await purgeSegments(each, ports);
}

async function resendQueued(now: Date, { jobs, analysisQueue }: ReconcilePorts): Promise<number> {
  const waiting = await jobs.listQueuedLong(now);
  for (const [userId, ofUser] of Map.groupBy(waiting, (job) => job.userId)) {
    await analysisQueue.send(ofUser.map(analysisMessageOf), userId);
  }
  for (const job of waiting) {
    // Twice as long each time: a queue that is merely long is not to be filled with repeats.
    const ageMs = now.getTime() - Date.parse(job.createdAt);
    await jobs.postpone(job, new Date(now.getTime() + Math.max(PATIENCE_MS, ageMs)));
  }
  return waiting.length;
}

async function finishOverrun(
  now: Date,
  { jobs, analysisQueue, maxAttempts }: ReconcilePorts,
): Promise<{ requeued: number; failed: number }> {
  const overrun = await jobs.listOverrun(now);
  const count = { requeued: 0, failed: 0 };
  for (const job of overrun) {
    if (job.attempts >= maxAttempts) {
      if (await jobs.fail(job, TIMED_OUT)) count.failed += 1;
    } else if (await jobs.requeue(job, now)) {
      await analysisQueue.send([analysisMessageOf(job)], job.userId);
      count.requeued += 1;
    }
  }
  return count;
}

async function finishBatches(now: Date, ports: ReconcilePorts): Promise<number> {
  let ended = 0;
  for (const batchId of await ports.openBatches.listLong(now)) {
    if (await finishBatch(batchId, ports)) ended += 1;
    else await bringOn(batchId, now, ports);
  }
  return ended;
}

/** Has those parts of a batch worked on whose message was lost: nothing else would ever make their jobs. */
async function bringOn(batchId: string, now: Date, ports: ReconcilePorts): Promise<void> {
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) return;
  const waiting = partsToProcess(batch, await ports.batches.listParts(batchId));
  await ports.batchQueue.send(waiting.map(({ part }) => ({ batchId, part, action: 'process' })));
  await ports.openBatches.postpone(batchId, new Date(now.getTime() + PATIENCE_MS));
}
