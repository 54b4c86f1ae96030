import type { LiveMessage, LiveMessageType, Topic } from '../../contracts/live-messages.ts';
import type { BatchProgress } from '../batches/control-batch.ts';
import { batchLinks, batchStatus, totalCount } from '../entities/batch.ts';
import { creditLinks, toCredits } from '../entities/credits.ts';
import { analyzedMedia, isFinished, type Job, jobLinks, modelReference } from '../entities/job.ts';
import { type Upload, uploadLinks } from '../entities/upload.ts';

/** Who receives the updates of a thing. */
export interface LiveAudience {
  readonly userId: string;
  /** Its own topic; undefined where only `me` receives it. */
  readonly topic: Topic | undefined;
  /** Whether the topic `me` receives it too. */
  readonly isForMe: boolean;
}

/** The status of one thing at one moment, as its listeners receive it. */
export interface LiveUpdate extends LiveAudience {
  /** Goes up with each state of the same thing. */
  readonly sequence: number;
  readonly type: Exclude<LiveMessageType, 'snapshot'>;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The part of a job that live updates carry. */
export type LiveJob = Omit<Job, 'options' | 'summary'>;
/** The part of an upload that live updates carry. */
export type LiveUpload = Pick<Upload, 'id' | 'userId' | 'kind' | 'status'> & {
  readonly entries?: Pick<
    NonNullable<Upload['entries']>,
    'total' | 'done' | 'refused' | 'chunksDone' | 'chunkCount'
  >;
};

/**
 * Follows from the record, so nothing needs to be counted: queued 0, running 1, and two more for each further
 * attempt; the end comes after all of them.
 */
function jobSequence({ status, attempts }: LiveJob): number {
  if (status === 'running') return 2 * attempts - 1;
  return isFinished(status) ? 2 * attempts + 1 : 2 * attempts;
}

export function jobUpdate(job: LiveJob): LiveUpdate {
  const { userId, model, batch, id, status, error, attempts } = job;
  return {
    userId,
    topic: `job:${id}`,
    // A batch reports the progress of its jobs.
    isForMe: batch === undefined,
    sequence: jobSequence(job),
    type: 'job.updated',
    data: {
      id,
      status,
      ...analyzedMedia(job),
      model: modelReference(model),
      attempts,
      createdAt: job.createdAt,
      ...(batch !== undefined && { batch: batch.id }),
      ...(error !== undefined && { error }),
      ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
      ...(job.finishedAt !== undefined && isFinished(status) && { finishedAt: job.finishedAt }),
      links: jobLinks(job),
    },
  };
}

/** What a job went through after `sequence`, as far as its record tells: its latest attempt. */
export function jobUpdatesSince(job: LiveJob, sequence: number): LiveUpdate[] {
  const { attempts, startedAt } = job;
  const { error: _, ...before } = job;
  const ran = isFinished(job.status) && attempts > 0 && startedAt !== undefined;
  const states = [...(ran ? [jobUpdate({ ...before, status: 'running' })] : []), jobUpdate(job)];
  return states.filter((state) => state.sequence > sequence);
}

export function uploadUpdate({ id, userId, kind, status, entries }: LiveUpload): LiveUpdate {
  const done = 3 + (entries?.chunkCount ?? 0);
  const underway = status === 'processing' ? 1 + (entries === undefined ? 0 : 1 + entries.chunksDone) : 0;
  return {
    userId,
    topic: `upload:${id}`,
    isForMe: true,
    sequence: status === 'done' || status === 'failed' ? done : underway,
    type: 'upload.updated',
    data: {
      id,
      kind,
      status,
      ...(entries !== undefined && {
        progress: { done: entries.done, refused: entries.refused, total: entries.total },
      }),
      links: uploadLinks(id),
    },
  };
}

export const batchAudience = ({ id, userId }: BatchProgress['batch']): LiveAudience => ({
  userId,
  topic: `batch:${id}`,
  isForMe: true,
});

export function batchUpdate({ batch, counts }: BatchProgress, sequence: number): LiveUpdate {
  const { id } = batch;
  return {
    ...batchAudience(batch),
    sequence,
    type: 'batch.updated',
    data: { id, status: batchStatus(batch, counts), counts, jobs: totalCount(counts), links: batchLinks(id) },
  };
}

export interface LiveCredits {
  readonly userId: string;
  /** In thousandths. */
  readonly balance: number;
  readonly revision: number;
}

export const creditUpdate = ({ userId, balance, revision }: LiveCredits): LiveUpdate => ({
  userId,
  topic: undefined,
  isForMe: true,
  sequence: revision,
  type: 'credits.updated',
  data: { balance: toCredits(balance), links: creditLinks },
});

export const messageOf = (
  { sequence, type, data }: LiveUpdate,
  topic: Topic,
  as: LiveMessageType = type,
): LiveMessage => ({ topic, sequence, type: as, data });
