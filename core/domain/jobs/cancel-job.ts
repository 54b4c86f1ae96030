import { DomainError } from '../entities/errors.ts';
import { isFinished, type Job, JobNotFoundError, type JobRepository, jobLinks } from '../entities/job.ts';
import { type Principal, requireOwned } from '../entities/principal.ts';

export interface CancelJobPorts {
  readonly jobs: Pick<JobRepository, 'find'>;
  /** @returns false where the job is not as it was read any more. */
  readonly cancel: (job: Job) => Promise<boolean>;
}

export class JobFinishedError extends DomainError {
  readonly code = 'job_finished';
  readonly kind = 'conflict';

  constructor(job: Job) {
    super(`Job ${job.id} is ${job.status} already, so it cannot be canceled. See ${jobLinks(job).self}.`);
  }
}

/**
 * Ends a job before it has a result; canceling again changes nothing.
 * @throws JobNotFoundError, JobFinishedError
 */
export async function cancelJob(jobId: string, principal: Principal, ports: CancelJobPorts): Promise<Job> {
  for (;;) {
    const job = requireOwned(await ports.jobs.find(jobId), principal, () => new JobNotFoundError(jobId));
    if (job.status === 'canceled') return job;
    if (isFinished(job.status)) throw new JobFinishedError(job);
    // Where a worker was faster, the job is read again; it can change only a few times before it is finished.
    await ports.cancel(job);
  }
}
