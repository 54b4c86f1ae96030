import * as z from 'zod';
import { BatchCounts } from './http/batches.ts';
import { JobLinks } from './http/jobs.ts';
import { BatchId, JobId, UploadId, UserId, WebhookId } from './ids.ts';
import { ClassSummary } from './result-document.ts';

/** What is announced: published on the topic, and sent to the webhooks that listen for it. */
export const EventType = z.enum([
  'job.succeeded',
  'job.failed',
  'job.canceled',
  'batch.finished',
  'upload.finished',
  'upload.failed',
  'credits.low',
  'webhook.disabled',
]);
export type EventType = z.infer<typeof EventType>;

const eventOf = <Type extends EventType, Data extends z.ZodType>(
  types: readonly [Type, ...Type[]],
  data: Data,
) => z.object({ type: z.enum(types), timestamp: z.iso.datetime(), data });

/** What is published when a job has ended; `timestamp` is when. */
export const FinishedJobEvent = eventOf(
  ['job.succeeded', 'job.failed', 'job.canceled'],
  z.object({
    id: JobId,
    status: z.enum(['succeeded', 'failed', 'canceled']),
    /** What was analysed: an image, or a video. */
    image: z.string().optional(),
    video: z.string().optional(),
    model: z.string(),
    links: JobLinks,
    /** Left out where it is long: the result has it too. */
    summary: z.array(ClassSummary).optional(),
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
  }),
);
export type FinishedJobEvent = z.infer<typeof FinishedJobEvent>;

/** What is published when all jobs of a batch have ended, and again when those that were retried have. */
export const FinishedBatchEvent = eventOf(
  ['batch.finished'],
  z.object({
    id: BatchId,
    status: z.enum(['finished', 'canceled']),
    counts: BatchCounts,
    links: z.object({ self: z.string(), jobs: z.string(), results: z.string() }),
  }),
);
export type FinishedBatchEvent = z.infer<typeof FinishedBatchEvent>;

/** What is published when an upload has been taken in, or refused. */
export const FinishedUploadEvent = eventOf(
  ['upload.finished', 'upload.failed'],
  z.object({ id: UploadId, status: z.enum(['done', 'failed']), links: z.object({ self: z.string() }) }),
);
export type FinishedUploadEvent = z.infer<typeof FinishedUploadEvent>;

/** What is published when a webhook is disabled without its owner's doing. */
export const DisabledWebhookEvent = eventOf(
  ['webhook.disabled'],
  z.object({
    id: WebhookId,
    status: z.literal('disabled'),
    reason: z.enum(['gone', 'failing']),
    links: z.object({ self: z.string(), deliveries: z.string() }),
  }),
);
export type DisabledWebhookEvent = z.infer<typeof DisabledWebhookEvent>;

/** What is published when a user's balance falls under what the operator calls low. */
export const LowCreditsEvent = eventOf(
  ['credits.low'],
  z.object({
    id: UserId,
    status: z.literal('low'),
    /** In credits. */
    balance: z.number(),
    links: z.object({ self: z.string(), entries: z.string() }),
  }),
);
export type LowCreditsEvent = z.infer<typeof LowCreditsEvent>;

export type AnnouncedEvent =
  | FinishedJobEvent
  | FinishedBatchEvent
  | FinishedUploadEvent
  | DisabledWebhookEvent
  | LowCreditsEvent;

/** An event as those read it that only pass it on. */
export const AnyEvent = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.looseObject({ id: z.string(), status: z.string() }),
});
export type AnyEvent = z.infer<typeof AnyEvent>;
