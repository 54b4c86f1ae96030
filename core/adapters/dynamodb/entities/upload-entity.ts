import { CustomAttributeType } from 'electrodb';
import type { AnalysisOptions } from '../../../contracts/analysis-options.ts';
import { Keep } from '../../../contracts/http/images.ts';
import { type RefusedEntry, UploadKind, UploadStatus } from '../../../contracts/http/uploads.ts';
import type { PlannedJob } from '../../../domain/entities/job.ts';
import type { ZipChunk } from '../../../domain/entities/upload.ts';
import { defineEntity } from './define-entity.ts';
import {
  announcementAttribute,
  inSeconds,
  reconcileShardAttribute,
  unreconciledKeys,
} from './outbox-attributes.ts';

/** How long the stream is given to announce an end before the reconciler does. */
const PATIENCE_SECONDS = 60;
/**
 * How long an upload may go without anything of it being taken in, before nobody works on it any more: as long as the
 * queue keeps a message, and an hour. What is among the dead letters ends at once.
 */
const STALLED_SECONDS = (4 * 24 + 1) * 3600;
/** When an upload of which something was taken in just now has stalled. */
export const stalledAt = () => inSeconds(STALLED_SECONDS);
/** When one that still waits has: what was sent at the last moment has its time in the queue. */
const abandonedAt = (expiresAt: string) =>
  new Date(Date.parse(expiresAt) + STALLED_SECONDS * 1000).toISOString();
/** How long the record of an upload stays after its form has expired. */
const KEPT_SECONDS = 30 * 24 * 3600;

/** When the table drops an upload with its chunks, in epoch seconds. */
export const uploadTtl = ({ expiresAt }: { readonly expiresAt: string }) =>
  Math.floor(Date.parse(expiresAt) / 1000) + KEPT_SECONDS;

function reconciledAt(status?: UploadStatus, expiresAt?: string): string {
  if (status === 'waiting' && expiresAt !== undefined) return abandonedAt(expiresAt);
  return status === 'processing' ? stalledAt() : inSeconds(PATIENCE_SECONDS);
}

const isFinished = (status: unknown) => status === 'done' || status === 'failed';

export const uploadEntity = defineEntity({
  model: { service: 'segmentry', entity: 'upload', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    kind: { type: UploadKind.options, required: true },
    filename: { type: 'string', required: true },
    keep: { type: Keep.options, required: true },
    options: { type: CustomAttributeType<AnalysisOptions>('any'), required: true },
    retentionDays: { type: 'number' },
    dataset: { type: 'string' },
    webhookId: { type: 'string' },
    framesPerSecond: { type: 'number', required: true },
    mediaId: { type: 'string', required: true },
    jobs: { type: CustomAttributeType<PlannedJob[]>('any'), required: true },
    batch: { type: 'string' },
    status: { type: UploadStatus.options, required: true },
    objectVersion: { type: 'string' },
    images: { type: CustomAttributeType<string[]>('any'), required: true },
    videos: { type: CustomAttributeType<string[]>('any'), required: true },
    refused: { type: CustomAttributeType<RefusedEntry[]>('any'), required: true },
    /** Of a zip, once its directory has been read. */
    entryTotal: { type: 'number' },
    chunkCount: { type: 'number' },
    chunks: { type: CustomAttributeType<ZipChunk[]>('any') },
    /** Whether nothing of it is recorded any more, though it has not ended yet. */
    isClosed: { type: 'boolean', hidden: true },
    entriesDone: { type: 'number' },
    entriesRefused: { type: 'number' },
    chunksDone: { type: 'number' },
    /** In thousandths of a credit. */
    cost: { type: 'number' },
    createdAt: { type: 'string', required: true },
    expiresAt: { type: 'string', required: true },
    finishedAt: {
      type: 'string',
      watch: ['status'],
      set: (time?: string, upload?: { status?: UploadStatus }) =>
        time ?? (isFinished(upload?.status) ? inSeconds(0) : undefined),
    },
    announcement: announcementAttribute,
    reconcileShard: reconcileShardAttribute,
    reconcileAt: {
      type: 'string',
      watch: ['status'],
      set: (time?: string, upload?: { status?: UploadStatus; expiresAt?: string }) =>
        time ?? reconciledAt(upload?.status, upload?.expiresAt),
    },
    /** Epoch seconds at which the table drops the item. */
    ttl: { type: 'number' },
  },
  indexes: {
    byId: {
      collection: 'uploadWithChunks',
      pk: { field: 'pk', composite: ['id'] },
      sk: { field: 'sk', composite: [] },
    },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'] },
      sk: { field: 'gsi1sk', composite: ['createdAt', 'id'] },
    },
    /** Uploads that have not ended, or whose end is not announced. */
    unreconciled: {
      ...unreconciledKeys('id'),
      condition: ({ announcement }) => announcement === 'pending',
    },
  },
});

/** What became of one chunk of a zip's entries. */
export const uploadChunkEntity = defineEntity({
  model: { service: 'segmentry', entity: 'uploadChunk', version: '1' },
  attributes: {
    /** Of the upload. */
    id: { type: 'string', required: true },
    chunk: { type: 'number', required: true, padding: { length: 4, char: '0' } },
    images: { type: CustomAttributeType<string[]>('any'), required: true },
    videos: { type: CustomAttributeType<string[]>('any'), required: true },
    refused: { type: CustomAttributeType<RefusedEntry[]>('any'), required: true },
    /** Epoch seconds at which the table drops the item. */
    ttl: { type: 'number' },
  },
  indexes: {
    byUpload: {
      collection: 'uploadWithChunks',
      pk: { field: 'pk', composite: ['id'] },
      sk: { field: 'sk', composite: ['chunk'] },
    },
  },
});
