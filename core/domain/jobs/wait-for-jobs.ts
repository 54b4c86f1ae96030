import { isFinished, type Job, type JobRepository } from '../entities/job.ts';

export interface WaitForJobsPorts {
  readonly jobs: Pick<JobRepository, 'findAll'>;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 500;

/**
 * Looks after jobs until all have ended, at the longest `seconds`.
 * @param jobs as they were read last.
 * @returns them as they are then.
 */
export async function waitForJobs(
  jobs: readonly Job[],
  seconds: number,
  { jobs: records, now, sleep }: WaitForJobsPorts,
): Promise<readonly Job[]> {
  const until = now().getTime() + seconds * 1000;
  let latest = jobs;
  for (let pauseMs = FIRST_PAUSE_MS; hasOpen(latest); pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const leftMs = until - now().getTime();
    if (leftMs <= 0) break;
    await sleep(Math.min(pauseMs, leftMs));
    latest = await records.findAll(jobs.map(({ id }) => id));
  }
  return latest;
}

const hasOpen = (jobs: readonly Job[]) => jobs.some(({ status }) => !isFinished(status));
