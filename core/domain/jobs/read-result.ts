import { DomainError } from '../entities/errors.ts';
import { isFinished, type Job, JobNotFoundError, jobLinks } from '../entities/job.ts';
import { requireOwned } from '../entities/principal.ts';
import type { ResultRepository, StoredResult } from '../entities/stored-result.ts';
import type { RequestContext } from '../request/authenticate.ts';

export interface ReadResultPorts {
  readonly results: Pick<ResultRepository, 'find'>;
}

/** The job has no result to give: not yet, or not any more. */
export class JobUnfinishedError extends DomainError {
  readonly code = 'job_unfinished';
  readonly kind = 'conflict';
  override readonly retryAfterSeconds = 1;

  constructor(job: Job) {
    super(`Job ${job.id} is ${job.status}. Poll ${jobLinks(job).self} until it has succeeded.`);
  }
}

export class JobWithoutResultError extends DomainError {
  readonly code = 'job_without_result';
  readonly kind = 'conflict';

  constructor(job: Job) {
    super(`Job ${job.id} ended as ${job.status}${job.error ? `: ${job.error.detail}` : '.'}`);
  }
}

/**
 * A job's result, prefetched.
 * @throws JobNotFoundError, JobUnfinishedError, JobWithoutResultError
 */
export async function readResult(
  jobId: string,
  { principal, prefetched }: RequestContext<'job' | 'result'>,
  { results }: ReadResultPorts,
): Promise<{ job: Job; result: StoredResult }> {
  const job = requireOwned(prefetched.job, principal, () => new JobNotFoundError(jobId));
  if (!isFinished(job.status)) throw new JobUnfinishedError(job);
  if (job.status !== 'succeeded') throw new JobWithoutResultError(job);
  // It may have come between the reading of the one and of the other.
  const result = prefetched.result ?? (await results.find(job.resultOf ?? jobId));
  if (result === undefined) throw new JobWithoutResultError(job);
  return { job, result };
}
