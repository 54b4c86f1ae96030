import { z } from 'zod';
import { JobId, UploadId } from './ids.ts';
import { ClassSummary } from './result-document.ts';

/** What is announced: published on the topic, and sent to the webhooks that listen for it. */
export const EventType = z.enum([
  'job.succeeded',
  'job.failed',
  'job.canceled',
  'upload.finished',
  'upload.failed',
  'webhook.disabled',
]);
export type EventType = z.infer<typeof EventType>;

const eventOf = <Type extends EventType | 'webhook.test', Data extends z.ZodType>(
  types: readonly [Type, ...Type[]],
  data: Data,
) => z.object({ type: z.enum(types), timestamp: z.iso.datetime(), data });

/** What is published when a job has ended; `timestamp` is when. */
export const FinishedJobEvent = eventOf(
  ['job.succeeded', 'job.failed', 'job.canceled'],
  z.object({
    id: JobId,
    status: z.enum(['succeeded', 'failed', 'canceled']),
    image: z.string(),
    model: z.string(),
    links: z.object({ self: z.string(), result: z.string(), overlay: z.string() }),
    /** Left out where it is long: the result has it too. */
    summary: z.array(ClassSummary).optional(),
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
  }),
);
export type FinishedJobEvent = z.infer<typeof FinishedJobEvent>;

/** What is published when an upload has been taken in, or refused. */
export const EndedUploadEvent = eventOf(
  ['upload.finished', 'upload.failed'],
  z.object({ id: UploadId, status: z.enum(['done', 'failed']), links: z.object({ self: z.string() }) }),
);
export type EndedUploadEvent = z.infer<typeof EndedUploadEvent>;

export type AnnouncedEvent = FinishedJobEvent | EndedUploadEvent;
