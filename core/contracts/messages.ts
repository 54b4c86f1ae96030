import * as z from 'zod';
import { ResultFormat } from './http/batches.ts';
import { BatchId, DeliveryId, JobId, UploadId, UserId, WebhookId } from './ids.ts';

/**
 * One message of the analysis queue. The job's record says all the rest; `mediaId` lets the image be read in the same call.
 * Messages from before it was sent lack it. `sha256` is that of an image whose job was just made and is in no batch: it
 * is claimed without anything being read.
 */
export const AnalysisMessage = z.object({
  jobId: JobId,
  mediaId: z.string().optional(),
  sha256: z.string().optional(),
});
export type AnalysisMessage = z.infer<typeof AnalysisMessage>;

/** Analyse one segment of a video. */
export const SegmentMessage = z.object({ jobId: JobId, segment: z.int().nonnegative() });
export type SegmentMessage = z.infer<typeof SegmentMessage>;

/** Work on up to a hundred jobs of a batch. What is to be done with them, its record says. */
export const BatchPartMessage = z.object({
  batchId: BatchId,
  part: z.int().nonnegative(),
  action: z.literal('process'),
});
export type BatchPartMessage = z.infer<typeof BatchPartMessage>;

/** One message of the delivery queue: the delivery may be due. */
export const DeliveryMessage = z.object({ webhookId: WebhookId, deliveryId: DeliveryId });
export type DeliveryMessage = z.infer<typeof DeliveryMessage>;

/** Write what a batch has found into one file. */
export const BatchExportMessage = z.object({
  batchId: BatchId,
  action: z.literal('export'),
  format: ResultFormat,
  key: z.string().startsWith('exports/'),
});
export type BatchExportMessage = z.infer<typeof BatchExportMessage>;

/** One message of the batch queue. */
export const BatchMessage = z.union([BatchPartMessage, BatchExportMessage]);
export type BatchMessage = z.infer<typeof BatchMessage>;

/** S3 encodes keys in its events as HTML forms would: URL-encoded, with `+` for a space. */
const ObjectKey = z.string().transform((encoded, context) => {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    context.addIssue(`The key "${encoded}" is not URL-encoded.`);
    return z.NEVER;
  }
});

/** What S3 puts on the upload queue, as far as it is read. */
export const ObjectCreatedRecord = z.object({
  eventName: z.string().startsWith('ObjectCreated:'),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z
      .object({
        key: ObjectKey,
        size: z.int().nonnegative(),
        versionId: z.string().default(''),
        eTag: z.string(),
      })
      .transform(({ key, size, versionId }) => ({ key, version: versionId, sizeBytes: size })),
  }),
});
export type ObjectCreatedRecord = z.infer<typeof ObjectCreatedRecord>;

/** S3 sends a test event once when the notification is set up; it has no records. */
export const ObjectCreatedMessage = z.union([
  z.object({ Records: z.array(ObjectCreatedRecord) }),
  z.object({ Event: z.literal('s3:TestEvent') }).transform(() => ({ Records: [] as ObjectCreatedRecord[] })),
]);

/** Take in one chunk of the entries of an uploaded zip. */
export const ZipChunkMessage = z.object({ uploadId: UploadId, chunk: z.int().nonnegative() });
export type ZipChunkMessage = z.infer<typeof ZipChunkMessage>;

/** One message of the upload queue. */
export const UploadMessage = z.union([ZipChunkMessage, ObjectCreatedMessage]);

/** One message of the erasure queue: this user is gone, and so goes what they owned. */
export const ErasureMessage = z.object({ userId: UserId });
export type ErasureMessage = z.infer<typeof ErasureMessage>;

/**
 * One message of the purge queue: this image, video or webhook is gone, and so goes what hung on it; or this job of a
 * video has ended, and so go its segments.
 */
export const PurgeMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), id: z.string(), userId: z.string(), sha256: z.string() }),
  z.object({ kind: z.literal('video'), id: z.string() }),
  z.object({ kind: z.literal('webhook'), id: z.string() }),
  z.object({ kind: z.literal('segments'), id: JobId, count: z.int().nonnegative() }),
]);
export type PurgeMessage = z.infer<typeof PurgeMessage>;
