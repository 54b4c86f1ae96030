import type { BatchPartMessage } from '../../contracts/messages.ts';
import type { Batch, BatchJob, BatchPart, BatchRepository } from '../entities/batch.ts';
import {
  type Charge,
  type CreditLedger,
  type CreditPrices,
  chargesOf,
  InsufficientCreditsError,
  jobItem,
} from '../entities/credits.ts';
import { newId } from '../entities/ids.ts';
import { isFinished, type Job, type JobFailure, type JobRepository, toBeMade } from '../entities/job.ts';
import { withResult } from '../media/result-cache.ts';
import type { AnalysisQueue } from '../media/upload-image.ts';
import { analysisCount, type BatchPlace, queuedBatchJob } from './plan-batch.ts';

export interface ProcessBatchPartPorts {
  readonly batches: Pick<BatchRepository, 'find' | 'findPart'> & {
    /**
     * Makes `jobs`, counts those that have ended already, moves `madeCount` on, and charges, together and once.
     * @returns false where `madeCount` is another meanwhile; nothing is written then.
     * @throws InsufficientCreditsError
     */
    makeJobs(part: BatchPart, jobs: readonly Job[], charges: readonly Charge[]): Promise<boolean>;
    /**
     * Puts jobs in the place of failed ones, counts them so, and charges, together, unless the part has changed.
     * @throws InsufficientCreditsError
     */
    replaceJobs(
      part: BatchPart,
      replacements: readonly Replacement[],
      charges: readonly Charge[],
    ): Promise<void>;
  };
  readonly ledger: Pick<CreditLedger, 'release'>;
  readonly prices: CreditPrices;
  readonly jobs: Pick<JobRepository, 'findAll'> & {
    /** @returns false where it has ended meanwhile. */
    cancel(job: Job): Promise<boolean>;
  };
  readonly analysisQueue: AnalysisQueue;
  readonly now: () => Date;
}

/** A job in the place of one that failed. */
export interface Replacement {
  readonly position: number;
  readonly job: Job;
}

/** Items of jobs in one transaction, which takes up to a hundred with part, counters, load and account. */
const ITEMS_PER_TRANSACTION = 80;
/** Jobs, each with its charge, that are put in the place of others in one transaction. */
const JOBS_PER_TRANSACTION = 40;

/**
 * Does to one part of a batch what a message asks. Safe to repeat: what has been made is not made again, and a
 * job that is told of twice is worked on once.
 */
export async function processBatchPart(
  { batchId, part: number, action }: BatchPartMessage,
  ports: ProcessBatchPartPorts,
): Promise<'ignored' | 'done'> {
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) return 'ignored';
  // Also before a cancel: a job that is not made yet could be made behind its back.
  const isAllFinished = await makeJobs(batch, number, ports);
  if (isAllFinished && action === 'queue') return 'done';
  if (action === 'retry') await replaceFailed(batch, number, ports);
  const jobs = await ports.jobs.findAll(idsOf(await findPart(batchId, number, ports)));
  if (action === 'cancel') {
    for (const job of jobs) if (!isFinished(job.status)) await ports.jobs.cancel(job);
    await ports.ledger.release(batch.userId, batch.id);
  } else {
    await ports.analysisQueue.send(
      toBeMade(jobs).map(({ id }) => ({ jobId: id })),
      batch.userId,
    );
  }
  return 'done';
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
  const end = jobs.findIndex(({ status }) => {
    items += status === 'queued' ? 2 : 1;
    return items > ITEMS_PER_TRANSACTION;
  });
  return end === -1 ? jobs : jobs.slice(0, end);
}

const NOT_PAID: JobFailure = {
  code: 'insufficient_credits',
  detail: 'There were not enough credits left for this analysis. Ask for more, then retry the batch.',
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
    // What was set aside is over and spent on other things: nobody is asked any more.
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
  chargesOf(toBeMade(jobs).map((job) => ({ item: jobItem(job.id), amount: analysisCount(job) * analysis })));

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
    if (summary !== undefined) return withResult(job, { jobId: resultOf, summary }, now);
    return batch.canceledAt === undefined ? job : { ...job, status: 'canceled', finishedAt: at };
  });
}

async function replaceFailed(batch: Batch, number: number, ports: ProcessBatchPartPorts): Promise<void> {
  const part = await findPart(batch.id, number, ports);
  const failed = (await ports.jobs.findAll(idsOf(part))).filter(({ status }) => status === 'failed');
  const now = ports.now().toISOString();
  const replacements = failed.map((job) => {
    const position = part.jobs.findIndex(({ id }) => id === job.id);
    return { position, job: queuedBatchJob({ ...job, id: newId('job') }, { batch, position }, now) };
  });
  for (let start = 0; start < replacements.length; start += JOBS_PER_TRANSACTION) {
    const current = await findPart(batch.id, number, ports);
    const isStill = ({ position }: Replacement) => current.jobs[position]?.id === part.jobs[position]?.id;
    const chunk = replacements.slice(start, start + JOBS_PER_TRANSACTION);
    await replaceSome(current, chunk.filter(isStill), ports);
  }
}

/** What is not paid for stays failed. */
async function replaceSome(
  part: BatchPart,
  replacements: readonly Replacement[],
  ports: ProcessBatchPartPorts,
): Promise<void> {
  const jobs = replacements.map(({ job }) => job);
  try {
    await ports.batches.replaceJobs(part, replacements, costsOf(jobs, ports.prices));
  } catch (error) {
    if (!(error instanceof InsufficientCreditsError)) throw error;
  }
}
