import type {
  DisabledWebhookEvent,
  FinishedBatchEvent,
  FinishedJobEvent,
  FinishedUploadEvent,
  LowCreditsEvent,
} from '../../contracts/events.ts';
import type { BatchCounts } from '../../contracts/http/batches.ts';
import { type Announcement, announce } from '../entities/announcement.ts';
import { type Batch, batchLinks, batchStatus } from '../entities/batch.ts';
import { type CreditAccount, creditLinks, toCredits } from '../entities/credits.ts';
import { analyzedMedia, isFinished, type Job, jobLinks, modelReference } from '../entities/job.ts';
import { type Upload, uploadLinks } from '../entities/upload.ts';
import type { DoneSegments } from '../entities/video.ts';
import { type Webhook, webhookLinks } from '../entities/webhook.ts';

/** Records whose changes are announced, as far as announcing needs them. */
export interface AnnouncedRecords {
  readonly job: Job;
  readonly batch: EndingBatch;
  readonly upload: Pick<Upload, 'id' | 'userId' | 'status' | 'finishedAt' | 'webhookId' | 'batch'>;
  readonly webhook: Pick<Webhook, 'id' | 'userId' | 'status' | 'disabledReason' | 'disabledAt'>;
  readonly creditAccount: Pick<CreditAccount, 'userId' | 'status' | 'lowAt' | 'balance'>;
}

/** A batch, as far as its end is known. */
export interface EndingBatch extends Pick<Batch, 'id' | 'userId' | 'canceledAt' | 'webhookId'> {
  readonly status: 'open' | 'finished';
  readonly finishedAt?: string;
  readonly finalCounts?: BatchCounts;
}

type Entity = keyof AnnouncedRecords;

/** A record before and after one write. */
export type Change<E extends Entity = Entity> = {
  [Each in E]: {
    readonly entity: Each;
    readonly before: AnnouncedRecords[Each] | undefined;
    readonly after: AnnouncedRecords[Each];
  };
}[E];

export interface AnnounceChangesPorts {
  /**
   * Tells everyone who is to hear of them. May be called again for the same announcements.
   * @returns the ids of those that were refused.
   */
  readonly publish: (announcements: readonly Announcement[]) => Promise<ReadonlySet<string>>;
  /** Remembers that nothing of the records is left to announce; the reconciler announces what is not settled. */
  readonly settle: (changes: readonly Change[]) => Promise<void>;
  /** Removes the segments of videos' jobs, or has them removed. May be called again for the same. */
  readonly purgeSegments: (done: readonly DoneSegments[]) => Promise<void>;
}

/** What each kind of record announces once it has the state it now has; one entry a kind. */
const ANNOUNCEMENTS: {
  [Each in Entity]: (record: AnnouncedRecords[Each]) => Announcement | undefined;
} = {
  job: (job) =>
    isFinished(job.status)
      ? announce(finishedJobEvent(job), { userId: job.userId, model: job.model.id })
      : undefined,
  batch: (batch) => {
    const event = finishedBatchEvent(batch);
    return event && announce(event, audienceOf(batch));
  },
  upload: (upload) => {
    const event = finishedUploadEvent(upload);
    return event && announce(event, audienceOf(upload));
  },
  webhook: (webhook) => {
    const event = disabledWebhookEvent(webhook);
    return event && announce(event, { userId: webhook.userId });
  },
  creditAccount: (account) => {
    const event = lowCreditsEvent(account);
    return event && announce(event, { userId: account.userId });
  },
};

/** Things whose request may name a webhook that is notified of their end. */
const audienceOf = ({ userId, webhookId }: { readonly userId: string; readonly webhookId?: string }) => ({
  userId,
  ...(webhookId !== undefined && { webhookId }),
});

/**
 * Announces those changes that brought their records where they are, together, and has removed what nobody else comes for
 * after an end, whoever brought it about. Dying half-way leaves the records unreconciled, so that they are announced again
 * under the same ids.
 * @throws where one was refused, after all others are settled.
 */
export async function announceChanges(
  changes: readonly Change[],
  { publish, settle, purgeSegments }: AnnounceChangesPorts,
): Promise<void> {
  const due = changes.flatMap((change) => {
    const announcement = change.before?.status === change.after.status ? undefined : announcementOf(change);
    return announcement === undefined ? [] : [{ change, announcement }];
  });
  if (due.length === 0) return;
  const refused = await publish(due.map(({ announcement }) => announcement));
  const told = due.filter(({ announcement }) => !refused.has(announcement.id)).map(({ change }) => change);
  // What has nothing to remove is not told again each minute because of what has.
  const [done, rest] = [told.filter(hasSegments), told.filter((change) => !hasSegments(change))];
  if (rest.length > 0) await settle(rest);
  await purgeSegments(due.flatMap(({ change }) => doneSegments(change)));
  if (done.length > 0) await settle(done);
  if (refused.size > 0) throw new Error(`${refused.size} of ${due.length} announcements were refused.`);
}

const announcementOf = <E extends Entity>({ entity, after }: Change<E>): Announcement | undefined =>
  ANNOUNCEMENTS[entity](after);

/** What is announced of a job is its end. */
const doneSegments = ({ entity, after }: Change): DoneSegments[] =>
  entity === 'job' && after.video !== undefined
    ? [{ kind: 'segments', id: after.id, count: after.video.segmentCount }]
    : [];

const hasSegments = (change: Change) => doneSegments(change).length > 0;

export function finishedJobEvent(job: Job): FinishedJobEvent {
  const status = job.status as FinishedJobEvent['data']['status'];
  return {
    type: `job.${status}`,
    timestamp: job.finishedAt ?? job.createdAt,
    data: {
      id: job.id,
      status,
      ...analyzedMedia(job),
      model: modelReference(job.model),
      links: jobLinks(job),
      ...(job.summary !== undefined && { summary: job.summary }),
      ...(job.error !== undefined && { error: job.error }),
    },
  };
}

function finishedBatchEvent(batch: EndingBatch): FinishedBatchEvent | undefined {
  const { id, status, finishedAt, finalCounts: counts } = batch;
  if (status !== 'finished' || finishedAt === undefined || counts === undefined) return undefined;
  const ended = batchStatus(batch, counts) === 'canceled' ? 'canceled' : 'finished';
  return {
    type: 'batch.finished',
    timestamp: finishedAt,
    data: { id, status: ended, counts, links: batchLinks(id) },
  };
}

function finishedUploadEvent({
  id,
  status,
  finishedAt,
}: AnnouncedRecords['upload']): FinishedUploadEvent | undefined {
  if ((status !== 'done' && status !== 'failed') || finishedAt === undefined) return undefined;
  return {
    type: status === 'done' ? 'upload.finished' : 'upload.failed',
    timestamp: finishedAt,
    data: { id, status, links: uploadLinks(id) },
  };
}

/** Owners who disable a webhook themselves know it. */
function disabledWebhookEvent(webhook: AnnouncedRecords['webhook']): DisabledWebhookEvent | undefined {
  const { id, status, disabledReason: reason, disabledAt: timestamp } = webhook;
  if (status !== 'disabled' || (reason !== 'gone' && reason !== 'failing') || timestamp === undefined) {
    return undefined;
  }
  return { type: 'webhook.disabled', timestamp, data: { id, status, reason, links: webhookLinks(id) } };
}

/** An account that opens low has not fallen. */
function lowCreditsEvent(account: AnnouncedRecords['creditAccount']): LowCreditsEvent | undefined {
  const { userId, status, lowAt, balance } = account;
  if (status !== 'low' || lowAt === undefined) return undefined;
  const data = { id: userId, status, balance: toCredits(balance), links: creditLinks };
  return { type: 'credits.low', timestamp: lowAt, data };
}
