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
import { doEach } from './do-each.ts';
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
  resent: number;
  revived: number;
  requeued: number;
  failed: number;
  finishedBatches: number;
  finishedUploads: number;
  announced: number;
  redelivered: number;
  /** Objects without a record, which were removed. */
  orphans: number;
}

const PATIENCE_MS = 15 * 60 * 1000;
/** What was announced is settled after so many: a run that ends before its last announces few of them again. */
const ANNOUNCED_TOGETHER = 100;

/**
 * Brings on what lost its message, its worker or its announcement. Everything it does is what a repeat of the
 * lost thing would do, so reconciling what was not lost changes nothing. Nobody else comes for any of it: what fails,
 * perhaps each time, holds up nothing else.
 * @throws the first failure, after all the rest.
 */
export async function reconcile(now: Date, ports: ReconcilePorts): Promise<Reconciliation> {
  const done: Reconciliation = {
    resent: 0,
    revived: 0,
    requeued: 0,
    failed: 0,
    finishedBatches: 0,
    finishedUploads: 0,
    announced: 0,
    redelivered: 0,
    orphans: 0,
  };
  const steps = [
    resendQueued,
    bringBackUntried,
    finishOverrun,
    finishBatches,
    finishUploads,
    announceMissed,
    redeliver,
    clearOrphans,
  ];
  await doEach(steps, (step) => step({ now, ports, done }));
  return done;
}

interface Run {
  readonly now: Date;
  readonly ports: ReconcilePorts;
  /** Counts what each step does. */
  readonly done: Reconciliation;
}

async function resendQueued({ now, ports: { jobs, analysisQueue }, done }: Run): Promise<void> {
  const waiting = await jobs.listQueuedLong(now);
  await doEach(
    Map.groupBy(waiting, (job) => job.userId),
    async ([userId, ofUser]) => {
      await analysisQueue.send(ofUser.map(analysisMessageOf), userId);
      done.resent += ofUser.length;
      await doEach(ofUser, (job) => {
        // Twice as long each time: a queue that is merely long is not to be filled with repeats.
        const ageMs = now.getTime() - Date.parse(job.createdAt);
        return jobs.postpone(job, new Date(now.getTime() + Math.max(PATIENCE_MS, ageMs)));
      });
    },
  );
}

async function bringBackUntried({ now, ports, done }: Run): Promise<void> {
  done.revived = await reviveUntried(now, ports);
}

async function finishOverrun({ now, ports, done }: Run): Promise<void> {
  const { jobs, analysisQueue, maxAttempts } = ports;
  await doEach(await jobs.listOverrun(now), async (job) => {
    if (job.attempts >= maxAttempts) {
      if (await jobs.fail(job, TIMED_OUT)) done.failed += 1;
    } else if (await jobs.requeue(job, now)) {
      await analysisQueue.send([analysisMessageOf(job)], job.userId);
      done.requeued += 1;
    }
  });
}

async function finishBatches({ now, ports, done }: Run): Promise<void> {
  await doEach(await ports.openBatches.listLong(now), async (batchId) => {
    if (await finishBatch(batchId, ports)) done.finishedBatches += 1;
    else await bringOn(batchId, now, ports);
  });
}

/** Has those parts of a batch worked on whose message was lost: nothing else would ever make their jobs. */
async function bringOn(batchId: string, now: Date, ports: ReconcilePorts): Promise<void> {
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) return;
  const waiting = partsToProcess(batch, await ports.batches.listParts(batchId));
  await ports.batchQueue.send(waiting.map(({ part }) => ({ batchId, part, action: 'process' })));
  await ports.openBatches.postpone(batchId, new Date(now.getTime() + PATIENCE_MS));
}

async function finishUploads({ now, ports, done }: Run): Promise<void> {
  const finishStalled = async () =>
    doEach(await ports.listStalledUploads(now), async (upload) => {
      await finishStalledUpload(upload, ports);
      done.finishedUploads += 1;
    });
  const finishDead = async () => {
    done.finishedUploads += await finishDeadUploads(ports);
  };
  await doEach([finishDead, finishStalled], (finish) => finish());
}

async function announceMissed({ now, ports, done }: Run): Promise<void> {
  const unannounced = await ports.listUnannounced(now);
  const purgeAll = (all: readonly DoneSegments[]) => doEach(all, (each) => purgeSegments(each, ports));
  const portions = Array.from({ length: Math.ceil(unannounced.length / ANNOUNCED_TOGETHER) }, (_, index) =>
    unannounced.slice(index * ANNOUNCED_TOGETHER, (index + 1) * ANNOUNCED_TOGETHER),
  );
  await doEach(portions, async (some) => {
    await announceChanges(some, { ...ports, purgeSegments: purgeAll });
    done.announced += some.length;
  });
}

async function redeliver({ now, ports, done }: Run): Promise<void> {
  await doEach(await ports.listDueDeliveries(now), async (delivery) => {
    await ports.deliveryQueue.send(delivery);
    done.redelivered += 1;
  });
}

async function clearOrphans({ now, ports, done }: Run): Promise<void> {
  done.orphans = await removeOrphans(now, ports);
}
