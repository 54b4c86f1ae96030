import * as z from 'zod';

/** What can be listened to: one job, batch or upload, or `me` for all that is one's own. */
export type Topic = `job:${string}` | `batch:${string}` | `upload:${string}` | 'me';
export const isTopic = (text: string): text is Topic =>
  /^(job:job|batch:bat|upload:upl)_[0-9a-f]{32}$|^me$/.test(text);

/** What a message gives as a topic. Whether it is one is looked at one by one: a bad one refuses itself only. */
const GivenTopic = z.custom<Topic>((value) => typeof value === 'string' && value.length <= 128);

/** Topics that one message may name. */
export const TOPICS_PER_MESSAGE = 100;

const topics = z.array(GivenTopic).min(1).max(TOPICS_PER_MESSAGE);

/** What a client sends. */
export const ClientMessage = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('subscribe'),
    topics,
    /** The last sequence number that was seen of a topic, by topic. */
    since: z.record(z.string(), z.int().nonnegative()).optional(),
  }),
  z.strictObject({ action: z.literal('unsubscribe'), topics }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** What kind of change a message reports; `snapshot` answers a subscription. */
export type LiveMessageType =
  | 'snapshot'
  | 'job.updated'
  | 'batch.updated'
  | 'upload.updated'
  | 'credits.updated';

/** What a client receives. Of two messages about one thing the one with the higher `sequence` is the newer. */
export type LiveMessage =
  | {
      readonly topic: Topic;
      readonly sequence: number;
      readonly type: LiveMessageType;
      readonly data: Readonly<Record<string, unknown>>;
    }
  | {
      /** Which topic was refused, as it was given; absent where the whole message was. */
      readonly topic?: string;
      readonly type: 'error';
      readonly data: { readonly code: string; readonly detail: string };
    };
