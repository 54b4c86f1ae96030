import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { JobStatus } from '../../../contracts/http/jobs.ts';
import { UploadKind, UploadStatus } from '../../../contracts/http/uploads.ts';
import type { LiveJob, LiveUpload } from '../../../domain/live/live-update.ts';
import type { LiveChange } from '../../../domain/live/push-changes.ts';
import { type StreamRecord, VideoPassRecord } from './read-change.ts';

const Job: z.ZodType<LiveJob> = z.object({
  id: z.string(),
  userId: z.string(),
  mediaId: z.string(),
  video: VideoPassRecord.exactOptional(),
  model: z.object({ id: z.string(), version: z.string() }),
  status: JobStatus,
  error: z.object({ code: z.string(), detail: z.string() }).exactOptional(),
  batch: z.object({ id: z.string(), shard: z.number() }).exactOptional(),
  createdAt: z.string(),
  startedAt: z.string().exactOptional(),
  finishedAt: z.string().exactOptional(),
  attempts: z.number(),
});

const Upload = z
  .object({
    id: z.string(),
    userId: z.string(),
    kind: UploadKind,
    status: UploadStatus,
    entryTotal: z.number().optional(),
    chunkCount: z.number().optional(),
    entriesDone: z.number().default(0),
    entriesRefused: z.number().default(0),
    chunksDone: z.number().default(0),
  })
  .transform(
    ({
      entryTotal: total,
      chunkCount,
      entriesDone: done,
      entriesRefused: refused,
      chunksDone,
      ...upload
    }): LiveUpload =>
      total === undefined || chunkCount === undefined
        ? upload
        : { ...upload, entries: { total, done, refused, chunkCount, chunksDone } },
  );

const Credits = z.object({ userId: z.string(), balance: z.number(), revision: z.number() });
const Counter = z.object({ batchId: z.string() });
const EndedConnection = z.object({ id: z.string() });

/**
 * The change that a stream record tells those of who listen live.
 * @returns undefined for a record of anything else, and for a deletion of anything but a connection.
 * @throws where a record has not the form it must have.
 */
export function readLiveChange({ dynamodb }: StreamRecord): LiveChange | undefined {
  const before = open(dynamodb?.OldImage);
  const after = open(dynamodb?.NewImage);
  const read = <Form extends z.ZodType>(form: Form) => ({
    before: before && (form.parse(before) as z.output<Form>),
    after: form.parse(after) as z.output<Form>,
  });
  if (after === undefined && before?.__edb_e__ === 'connection') {
    return { entity: 'endedConnection', connectionId: EndedConnection.parse(before).id };
  }
  switch (after?.__edb_e__) {
    case 'job':
      return { entity: 'job', ...read(Job) };
    case 'upload':
      return { entity: 'upload', ...read(Upload) };
    case 'creditAccount':
      return { entity: 'creditAccount', ...read(Credits) };
    case 'batchCounter':
      return { entity: 'batchCounter', ...Counter.parse(after) };
    default:
      return undefined;
  }
}

const open = (image: Record<string, unknown> | undefined) =>
  image && unmarshall(image as Record<string, AttributeValue>);
