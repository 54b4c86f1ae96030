import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { AnalysisOptions } from '../../../contracts/analysis-options.ts';
import { BatchCounts } from '../../../contracts/http/batches.ts';
import { JobBody, JobStatus } from '../../../contracts/http/jobs.ts';
import { UploadStatus } from '../../../contracts/http/uploads.ts';
import type { Gone } from '../../../domain/cleanup/purge-media.ts';
import type { AnnouncedRecords, Change } from '../../../domain/events/announce-changes.ts';

/** A record of the table's stream, as far as it is read. */
export interface StreamRecord {
  readonly dynamodb?: { readonly NewImage?: StreamImage; readonly OldImage?: StreamImage } | undefined;
}

type StreamImage = Record<string, unknown> | undefined;

/** How a job goes through its video. */
export const VideoPassRecord = z.object({
  framesPerSecond: z.number(),
  frameCount: z.number(),
  segmentFrames: z.number(),
  segmentCount: z.number(),
});

/** What is read of each kind of record, by ElectroDB's own mark of the entity; one entry a kind. */
const RECORDS: { [Entity in keyof AnnouncedRecords]: z.ZodType<AnnouncedRecords[Entity]> } = {
  job: z.object({
    id: z.string(),
    userId: z.string(),
    mediaId: z.string(),
    model: z.object({ id: z.string(), version: z.string() }),
    video: VideoPassRecord.exactOptional(),
    options: AnalysisOptions,
    status: JobStatus,
    error: JobBody.shape.error.unwrap().exactOptional(),
    summary: JobBody.shape.summary.unwrap().exactOptional(),
    createdAt: z.string(),
    startedAt: z.string().exactOptional(),
    finishedAt: z.string().exactOptional(),
    attempts: z.number(),
  }),
  batch: z.object({
    id: z.string(),
    userId: z.string(),
    status: z.enum(['open', 'finished']),
    canceledAt: z.string().exactOptional(),
    finishedAt: z.string().exactOptional(),
    finalCounts: BatchCounts.exactOptional(),
    webhookId: z.string().exactOptional(),
  }),
  upload: z.object({
    id: z.string(),
    userId: z.string(),
    status: UploadStatus,
    finishedAt: z.string().exactOptional(),
    webhookId: z.string().exactOptional(),
    batch: z.string().exactOptional(),
  }),
  webhook: z.object({
    id: z.string(),
    userId: z.string(),
    status: z.enum(['enabled', 'disabled']),
    disabledReason: z.enum(['owner', 'gone', 'failing']).exactOptional(),
    disabledAt: z.string().exactOptional(),
  }),
  creditAccount: z.object({
    userId: z.string(),
    status: z.enum(['ok', 'low']),
    lowAt: z.string().exactOptional(),
    balance: z.number(),
  }),
};

/**
 * The change that a stream record reports.
 * @returns undefined for a record of anything that is not announced, and for a deletion.
 * @throws where a record has not the form it must have.
 */
export function readChange({ dynamodb }: StreamRecord): Change | undefined {
  const before = open(dynamodb?.OldImage);
  const after = open(dynamodb?.NewImage);
  const entity = after?.__edb_e__;
  return isAnnounced(entity) ? changeOf(entity, before, after) : undefined;
}

const EmptiedCounter = z.object({
  __edb_e__: z.literal('batchCounter'),
  batchId: z.string(),
  queued: z.literal(0),
  running: z.literal(0),
});

/** The batch of a counter that a stream record shows without open jobs: the batch may have ended. */
export function readEmptiedCounter({ dynamodb }: StreamRecord): string | undefined {
  return EmptiedCounter.safeParse(open(dynamodb?.NewImage)).data?.batchId;
}

function changeOf<Entity extends keyof AnnouncedRecords>(
  entity: Entity,
  before: unknown,
  after: unknown,
): Change {
  const record = RECORDS[entity];
  return {
    entity,
    before: before === undefined ? undefined : record.parse(before),
    after: record.parse(after),
  } as Change;
}

const isAnnounced = (entity: unknown): entity is keyof AnnouncedRecords =>
  typeof entity === 'string' && Object.hasOwn(RECORDS, entity);

const open = (image: StreamImage): Record<string, unknown> | undefined =>
  image && unmarshall(image as Record<string, AttributeValue>);

const GoneRecord = z.discriminatedUnion('__edb_e__', [
  z.object({ __edb_e__: z.literal('image'), id: z.string(), userId: z.string(), sha256: z.string() }),
  z.object({ __edb_e__: z.literal('video'), id: z.string() }),
  z.object({ __edb_e__: z.literal('webhook'), id: z.string() }),
]);
const GONE_KINDS: readonly unknown[] = GoneRecord.options.map(({ shape }) => shape.__edb_e__.value);

/**
 * The image, video or webhook whose record a stream record says is gone; undefined for anything else.
 * @throws where such a record has not the form it must have.
 */
export function readGone({ dynamodb }: StreamRecord): Gone | undefined {
  const before = open(dynamodb?.OldImage);
  if (dynamodb?.NewImage !== undefined || !GONE_KINDS.includes(before?.__edb_e__)) return undefined;
  const { __edb_e__: kind, ...rest } = GoneRecord.parse(before);
  return { kind, ...rest } as Gone;
}
