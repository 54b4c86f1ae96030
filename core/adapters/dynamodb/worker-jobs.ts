import type { ResultDocument } from '../../contracts/result-document.ts';
import { JobLeasedError } from '../../domain/analyze-image.ts';
import { isFinished, type Job, type JobFailure } from '../../domain/job.ts';
import { analysisFingerprint } from '../../domain/known-result.ts';
import { createJobRecords } from './job-records.ts';
import { writeTransition } from './job-transitions.ts';
import type { SegmentryTable } from './segmentry-table.ts';

/** Up to here a document stays in the table, where an item may have 400 KB in all. */
const INLINE_LIMIT_BYTES = 300_000;

export interface WorkerJobsOptions {
  /** How long a worker may hold a job. */
  readonly leaseSeconds: number;
  readonly now: () => Date;
  /** Stores a document that is too large for the table, and tells its key. */
  readonly putLargeResult: (jobId: string, json: string) => Promise<string>;
}

/** The transitions a worker makes. Repeats and late workers change nothing. */
export function createWorkerJobs(table: SegmentryTable, options: WorkerJobsOptions) {
  const jobs = createJobRecords(table);
  const end = () => ({ finishedAt: options.now().toISOString() });

  return {
    async claim(jobId: string): Promise<Job | undefined> {
      const from = await jobs.find(jobId);
      if (from === undefined || isFinished(from.status)) return undefined;
      const now = options.now();
      const set = { startedAt: now.toISOString(), attempts: from.attempts + 1 };
      const isClaimed = await writeTransition(table, {
        from,
        to: 'running',
        set: { ...set, leaseUntil: now.getTime() + options.leaseSeconds * 1000 },
        ...(from.status === 'running' && { leaseOverAt: now.getTime() }),
      });
      if (isClaimed) return { ...from, ...set, status: 'running' };
      const held = await jobs.find(jobId);
      if (held !== undefined && !isFinished(held.status)) throw new JobLeasedError(jobId);
      return undefined;
    },

    async succeed(job: Job, document: ResultDocument): Promise<boolean> {
      const json = JSON.stringify(document);
      const isLarge = Buffer.byteLength(json) > INLINE_LIMIT_BYTES;
      const stored = isLarge ? { key: await options.putLargeResult(job.id, json) } : { document: json };
      const fingerprint = analysisFingerprint(document);
      return writeTransition(
        table,
        { from: job, to: 'succeeded', set: { summary: document.summary, ...end() } },
        ({ result, knownResult }) => [
          result.put({ jobId: job.id, ...stored }).commit(),
          knownResult.put({ imageId: job.imageId, fingerprint, jobId: job.id }).commit(),
        ],
      );
    },

    fail: createJobFailer(table, options.now),
  };
}

/** Ends a job that could not be done. @returns false where it is not as it was read. */
export const createJobFailer = (table: SegmentryTable, now: () => Date) => (job: Job, error: JobFailure) =>
  writeTransition(table, { from: job, to: 'failed', set: { error, finishedAt: now().toISOString() } });

/** Ends a job that nobody wants any more. @returns false where it is not as it was read. */
export const createJobCanceler = (table: SegmentryTable, now: () => Date) => (job: Job) =>
  writeTransition(table, { from: job, to: 'canceled', set: { finishedAt: now().toISOString() } });
