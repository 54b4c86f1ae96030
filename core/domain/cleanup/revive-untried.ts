import { analysisMessageOf, type Job } from '../entities/job.ts';
import type { AnalysisQueue } from '../media/upload-image.ts';
import { doEach } from './do-each.ts';

/** A message that the analysis queue has given up. */
export interface DeadLetter {
  /** Undefined where it is no message of that queue. */
  readonly jobId: string | undefined;
  /** Takes it out of the dead letters. */
  remove(): Promise<void>;
}

export interface ReviveUntriedPorts {
  readonly deadLetters: {
    /** Some of them, each left alone for minutes then. */
    receive(): Promise<DeadLetter[]>;
  };
  readonly jobs: { findAll(jobIds: readonly string[]): Promise<Job[]> };
  readonly analysisQueue: AnalysisQueue;
}

/** So old a job is only sent again when queued jobs are: whatever keeps workers from it lasts. */
const REVIVED_FOR_MS = 3600 * 1000;

/**
 * Puts jobs back whose messages died before any worker began them: their workers died, not they.
 * @returns how many.
 */
export async function reviveUntried(now: Date, ports: ReviveUntriedPorts): Promise<number> {
  const letters = await ports.deadLetters.receive();
  const jobs = await ports.jobs.findAll(letters.flatMap(({ jobId }) => jobId ?? []));
  const untried = new Map(jobs.filter((job) => isUntried(job, now)).map((job) => [job.id, job]));
  await doEach(
    Map.groupBy(untried.values(), (job) => job.userId),
    async ([userId, ofUser]) => {
      await ports.analysisQueue.send(ofUser.map(analysisMessageOf), userId);
      const sent = new Set<string | undefined>(ofUser.map(({ id }) => id));
      await doEach(
        letters.filter(({ jobId }) => sent.has(jobId)),
        (letter) => letter.remove(),
      );
    },
  );
  return untried.size;
}

const isUntried = ({ status, attempts, createdAt }: Job, now: Date) =>
  status === 'queued' && attempts === 0 && Date.parse(createdAt) > now.getTime() - REVIVED_FOR_MS;
