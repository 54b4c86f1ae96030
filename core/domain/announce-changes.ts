import type { FinishedJobEvent } from '../contracts/events.ts';
import { isFinished, type Job, jobLinks, modelReference } from './job.ts';

/** A job's record before and after one write. */
export interface JobChange {
  readonly before: Job | undefined;
  readonly after: Job;
}

export interface AnnounceChangesPorts {
  readonly finishedJobs: { publish(event: FinishedJobEvent, job: Job): Promise<void> };
}

/** Publishes the end of a job, when this change is the one that ended it. */
export async function announceChange(change: JobChange, ports: AnnounceChangesPorts): Promise<void> {
  const { before, after } = change;
  if (before?.status === after.status || !isFinished(after.status)) return;
  await ports.finishedJobs.publish(finishedJobEvent(after), after);
}

export function finishedJobEvent(job: Job): FinishedJobEvent {
  const status = job.status as FinishedJobEvent['data']['status'];
  return {
    type: `job.${status}`,
    timestamp: job.finishedAt ?? job.createdAt,
    data: {
      id: job.id,
      status,
      image: job.imageId,
      model: modelReference(job.model),
      links: jobLinks(job.id),
      ...(job.summary !== undefined && { summary: job.summary }),
      ...(job.error !== undefined && { error: job.error }),
    },
  };
}
