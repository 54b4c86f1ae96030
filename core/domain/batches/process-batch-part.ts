import type { BatchPartMessage } from '../../contracts/messages.ts';
import {
  type Batch,
  type BatchJob,
  type BatchPart,
  type BatchRepository,
  isToBeRetried,
} from '../entities/batch.ts';
import {
  type Charge,
  type CreditLedger,
  type CreditPrices,
  chargesOf,
  InsufficientCreditsError,
  jobItem,
} from '../entities/credits.ts';
import { derivedId } from '../entities/ids.ts';
import {
  analysisCount,
  analysisMessageOf,
  isFinished,
  type Job,
  type JobFailure,
  type JobRepository,
  selectQueued,
} from '../entities/job.ts';
import { withCachedResult } from '../media/result-cache.ts';
import type { AnalysisQueue } from '../media/upload-image.ts';
import { type FinishBatchPorts, finishBatch } from './finish-batch.ts';
import { type BatchPlace, queuedBatchJob } from './plan-batch.ts';

export interface ProcessBatchPartPorts extends FinishBatchPorts {
  readonly batches: FinishBatchPorts['batches'] &
    Pick<BatchRepository, 'findPart' | 'openPart'> & {
      /**
       * Makes `jobs`, counts those that have ended already, moves `madeCount` on, and charges, together and once.
       * @returns false where `madeCount` is another meanwhile; nothing is written then.
       * @throws InsufficientCreditsError
       */
      makeJobs(part: BatchPart, jobs: readonly Job[], charges: readonly Charge[]): Promise<boolean>;
      /**
       * Puts jobs in the place of failed ones, counts them so, and charges, together.
       * @returns false where the part has changed, or the batch was canceled or retried again; nothing is written
       *   then.
       * @throws InsufficientCreditsError
       */
      replaceJobs(
        part: BatchPart,
        replacing: Replacing,
        payment: { readonly userId: string; readonly charges: readonly Charge[] },
      ): Promise<boolean>;
    };
  readonly ledger: Pick<CreditLedger, 'release'>;
  readonly prices: CreditPrices;
  readonly jobs: Pick<JobRepository, 'findAll'> & {
    /** @returns false where it has ended meanwhile. */
    cancel(job: Job): Promise<boolean>;
  };
  readonly analysisQueue: AnalysisQueue;
}

/** A job in the place of one that failed. */
export interface Replacement {
  readonly position: number;
  readonly job: Job;
}

/** Jobs that are put in the place of others in one round of retries. */
export interface Replacing {
  readonly replacements: readonly Replacement[];
  readonly round: number;
  /** Whether the part is through with the round. */
  readonly isLast: boolean;
}

/** Items of jobs in one transaction, which takes up to a hundred with part, counters, load and account. */
const ITEMS_PER_TRANSACTION = 80;
/** Jobs as JSON in one transaction, which takes 4 MB with all that the table adds: results make known jobs large. */
const BYTES_PER_TRANSACTION = 2_500_000;

/**
 * Does to one part of a batch what its record asks for: makes its jobs, replaces those that failed before a retry,
 * cancels those that are open. Safe to repeat, in whatever order messages come: what has been made is not made
 * again, and a job whose message is sent twice is analysed once.
 */
export async function processBatchPart(
  { batchId, part: number }: BatchPartMessage,
  ports: ProcessBatchPartPorts,
): Promise<'ignored' | 'done'> {
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) return 'ignored';
  if (batch.upload !== undefined && (await ports.batches.findPart(batchId, number)) === undefined) {
    // None of the chunk's jobs is made yet, and none of those to come has failed before the retry.
    if (batch.round === undefined) return 'ignored';
    await ports.batches.openPart(batchId, number, batch.round);
  }
  // Also before a cancel: a job that is not made yet could be made behind its back.
  const isAllFinished = await makeJobs(batch, number, ports);
  if (batch.isCanceled === true) {
    await cancelOpen(await findPart(batchId, number, ports), ports);
    await ports.ledger.release(batch.userId, batch.id);
    return 'done';
  }
  if (isAllFinished && batch.round === undefined) return 'done';
  await replaceFailed(batch, number, ports);
  const jobs = await ports.jobs.findAll(idsOf(await findPart(batchId, number, ports)));
  await ports.analysisQueue.send(selectQueued(jobs).map(analysisMessageOf), batch.userId);
  // A retry opens the batch; where nothing could be retried, no job will end it.
  if (batch.round !== undefined) await finishBatch(batchId, ports);
  return 'done';
}

/** Whatever happens to a job meanwhile, in the end it is finished. */
async function cancelOpen(part: BatchPart, { jobs }: ProcessBatchPartPorts): Promise<void> {
  const isOpen = ({ status }: Job) => !isFinished(status);
  let open = (await jobs.findAll(idsOf(part))).filter(isOpen);
  while (open.length > 0) {
    for (const job of open) await jobs.cancel(job);
    open = (await jobs.findAll(open.map(({ id }) => id))).filter(isOpen);
  }
}

const idsOf = ({ jobs }: BatchPart) => jobs.map(({ id }) => id);

async function findPart(batchId: string, number: number, ports: ProcessBatchPartPorts): Promise<BatchPart> {
  const part = await ports.batches.findPart(batchId, number);
  if (part === undefined) throw new Error(`Batch ${batchId} has no part ${number}.`);
  return part;
}

/**
 * Makes those jobs of a part that are not made yet.
 * @returns whether that were all of them, and none is left to be worked on.
 */
async function makeJobs(batch: Batch, number: number, ports: ProcessBatchPartPorts): Promise<boolean> {
  let part = await findPart(batch.id, number, ports);
  const position = part.madeCount;
  const jobs = await toJobs(part.jobs.slice(position), { batch, position }, ports);
  let isAllFinished = position === 0 && jobs.every(({ status }) => isFinished(status));
  while (part.madeCount < part.jobs.length) {
    const some = fitting(jobs.slice(part.madeCount - position));
    if (await makeSome(part, some, ports)) {
      part = { ...part, madeCount: part.madeCount + some.length };
    } else {
      isAllFinished = false;
      part = await findPart(batch.id, number, ports);
    }
  }
  return isAllFinished;
}

/** As many of the first jobs as one transaction takes: one that is to be worked on comes with its charge. */
function fitting(jobs: readonly Job[]): readonly Job[] {
  let items = 0;
  let bytes = 0;
  const end = jobs.findIndex((job, index) => {
    items += job.status === 'queued' ? 2 : 1;
    bytes += new TextEncoder().encode(JSON.stringify(job)).byteLength;
    return index > 0 && (items > ITEMS_PER_TRANSACTION || bytes > BYTES_PER_TRANSACTION);
  });
  return end === -1 ? jobs : jobs.slice(0, end);
}

const NOT_PAID: JobFailure = {
  code: 'insufficient_credits',
  detail:
    'There were not enough credits left for this analysis. Ask an admin for more, then retry the batch.',
};

async function makeSome(
  part: BatchPart,
  jobs: readonly Job[],
  ports: ProcessBatchPartPorts,
): Promise<boolean> {
  try {
    return await ports.batches.makeJobs(part, jobs, costsOf(jobs, ports.prices));
  } catch (error) {
    if (!(error instanceof InsufficientCreditsError)) throw error;
    // The hold is over and its credits are spent: these jobs fail without being queued.
    const finishedAt = ports.now().toISOString();
    const unpaid = jobs.map(
      (job): Job =>
        isFinished(job.status) ? job : { ...job, status: 'failed', error: NOT_PAID, finishedAt },
    );
    return ports.batches.makeJobs(part, unpaid, []);
  }
}

/** Jobs that are to be worked on cost something; those that begin with a result, or canceled, do not. */
const costsOf = (jobs: readonly Job[], { analysis }: CreditPrices): Charge[] =>
  chargesOf(
    selectQueued(jobs).map((job) => ({ item: jobItem(job.id), amount: analysisCount(job) * analysis })),
  );

/** Jobs as they begin: with a result at once where an earlier job has it, and canceled where all are. */
async function toJobs(
  planned: readonly BatchJob[],
  { batch, position: first }: BatchPlace,
  ports: ProcessBatchPartPorts,
): Promise<Job[]> {
  const earlier = await ports.jobs.findAll(
    planned.flatMap(({ resultOf }) => (resultOf === undefined ? [] : [resultOf])),
  );
  const summaries = new Map(earlier.map(({ id, summary }) => [id, summary]));
  const now = ports.now();
  const at = now.toISOString();
  return planned.map(({ resultOf = '', ...each }, index) => {
    const job = queuedBatchJob(each, { batch, position: first + index }, at);
    const summary = summaries.get(resultOf);
    if (summary !== undefined) return withCachedResult(job, { jobId: resultOf, summary }, now);
    return batch.isCanceled !== true ? job : { ...job, status: 'canceled', finishedAt: at };
  });
}

/** Replaces the jobs of a part that have failed before the latest retry, each once a retry. */
async function replaceFailed(asked: Batch, number: number, ports: ProcessBatchPartPorts): Promise<void> {
  const { round = 0 } = asked;
  let batch: Batch | undefined = asked;
  for (;;) {
    const part = await findPart(asked.id, number, ports);
    // A cancel, and another retry, has messages of its own.
    if (batch === undefined || batch.round !== asked.round || !isToBeRetried(batch, part)) return;
    const all = await planReplacements(batch, part, ports);
    const replacements = all.slice(0, fitting(all.map(({ job }) => job)).length);
    const isLast = replacements.length === all.length;
    const isDone = await replaceSome(part, { batch, replacing: { replacements, round, isLast } }, ports);
    if (!isDone) batch = await ports.batches.find(asked.id);
  }
}

async function planReplacements(
  batch: Batch,
  part: BatchPart,
  ports: ProcessBatchPartPorts,
): Promise<Replacement[]> {
  const jobs = new Map((await ports.jobs.findAll(idsOf(part))).map((job) => [job.id, job]));
  const now = ports.now().toISOString();
  return part.jobs.flatMap(({ id: failedId }, position) => {
    const failed = jobs.get(failedId);
    // It follows from the round: what has been replaced in this one, and failed again, is not replaced twice.
    const id = derivedId('job', batch.id, part.part, position, batch.round ?? 0);
    if (failed?.status !== 'failed' || failedId === id) return [];
    return [{ position, job: queuedBatchJob({ ...failed, id }, { batch, position }, now) }];
  });
}

/** What is not paid for stays failed. */
async function replaceSome(
  part: BatchPart,
  { batch: { userId }, replacing }: { readonly batch: Batch; readonly replacing: Replacing },
  ports: ProcessBatchPartPorts,
): Promise<boolean> {
  const jobs = replacing.replacements.map(({ job }) => job);
  try {
    const charges = costsOf(jobs, ports.prices);
    return await ports.batches.replaceJobs(part, replacing, { userId, charges });
  } catch (error) {
    if (!(error instanceof InsufficientCreditsError)) throw error;
    const none = { ...replacing, replacements: [], isLast: true };
    return ports.batches.replaceJobs(part, none, { userId, charges: [] });
  }
}
