import type { ResultDocument } from '../../contracts/result-document.ts';
import { JobLeasedError } from '../../domain/analyze-image.ts';
import { isFinished, type Job, type JobFailure } from '../../domain/job.ts';
import type { SegmentryTable } from './segmentry-table.ts';
import { unlessConditionFailed, wasWritten } from './transaction.ts';

export function createJobRecords(table: SegmentryTable) {
  return {
    async find(jobId: string): Promise<Job | undefined> {
      const { data } = await table.entities.job.get({ id: jobId }).go({ consistent: true });
      return data ?? undefined;
    },

    /** Oldest first. */
    async listOfImage(imageId: string): Promise<Job[]> {
      const { data } = await table.entities.job.query.byImage({ imageId }).go({ pages: 'all' });
      return data;
    },
  };
}

/** Up to here a document stays in the table, where an item may have 400 KB in all. */
const INLINE_LIMIT_BYTES = 300_000;

export interface WorkerJobsOptions {
  /** How long a worker may hold a job. */
  readonly leaseSeconds: number;
  readonly now: () => Date;
  /** Stores a document that is too large for the table, and tells its key. */
  readonly putLargeResult: (jobId: string, json: string) => Promise<string>;
}

/** The transitions a worker makes. Each is one conditional write, so repeats and late workers change nothing. */
export function createWorkerJobs(table: SegmentryTable, options: WorkerJobsOptions) {
  const end = () => ({ finishedAt: options.now().toISOString() });

  return {
    async claim(jobId: string): Promise<Job | undefined> {
      const now = options.now();
      const { data } = await table.entities.job
        .patch({ id: jobId })
        .set({
          status: 'running',
          startedAt: now.toISOString(),
          leaseUntil: now.getTime() + options.leaseSeconds * 1000,
        })
        .add({ attempts: 1 })
        .where(
          ({ status, leaseUntil }, { eq, lt }) =>
            `${eq(status, 'queued')} OR (${eq(status, 'running')} AND ${lt(leaseUntil, now.getTime())})`,
        )
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      if (data !== undefined) return data;
      const held = await createJobRecords(table).find(jobId);
      if (held !== undefined && !isFinished(held.status)) throw new JobLeasedError(jobId);
      return undefined;
    },

    async succeed(job: Job, document: ResultDocument): Promise<boolean> {
      const json = JSON.stringify(document);
      const isLarge = Buffer.byteLength(json) > INLINE_LIMIT_BYTES;
      const stored = isLarge ? { key: await options.putLargeResult(job.id, json) } : { document: json };
      const outcome = await table.transaction
        .write(({ job: jobs, result: results }) => [
          jobs
            .patch({ id: job.id })
            .set({ status: 'succeeded', summary: document.summary, ...end() })
            .remove(['leaseUntil'])
            .where(({ status, attempts }, { eq }) =>
              stillHeld(eq(status, 'running'), eq(attempts, job.attempts)),
            )
            .commit(),
          results.put({ jobId: job.id, ...stored }).commit(),
        ])
        .go();
      return wasWritten(outcome);
    },

    async fail(job: Job, failure: JobFailure): Promise<boolean> {
      const { data } = await table.entities.job
        .patch({ id: job.id })
        .set({ status: 'failed', error: failure, ...end() })
        .remove(['leaseUntil'])
        .where(({ status, attempts }, { eq }) => stillHeld(eq(status, 'running'), eq(attempts, job.attempts)))
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      return data !== undefined;
    },
  };
}

/** No other attempt has taken the job over, and nobody has ended it. */
const stillHeld = (isRunning: string, isThisAttempt: string) => `${isRunning} AND ${isThisAttempt}`;
