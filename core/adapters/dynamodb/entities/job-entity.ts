import { CustomAttributeType } from 'electrodb';
import type { AnalysisOptions } from '../../../contracts/analysis-options.ts';
import { Device } from '../../../contracts/device.ts';
import { JobStatus } from '../../../contracts/http/jobs.ts';
import type { ClassSummary } from '../../../contracts/result-document.ts';
import type { VideoPass } from '../../../domain/entities/video.ts';
import { defineEntity } from './define-entity.ts';
import {
  announcementAttribute,
  inSeconds,
  reconcileShardAttribute,
  unreconciledKeys,
} from './outbox-attributes.ts';

/** How long a message may wait in the queue before the reconciler sends another. */
const QUEUED_PATIENCE_SECONDS = 900;
/** How long after a lease, or after its end, a job is left alone: the queue and the stream come first. */
const PATIENCE_SECONDS = 60;

/** When the reconciler looks at a job that has come to `status`, unless something happens to it before. */
function reconcileTime(status: JobStatus | undefined, leaseUntil: number | undefined): string {
  // Also where only the lease is written: a segment that ends moves it on, and leaves the status as it is.
  if (leaseUntil !== undefined) {
    return new Date(leaseUntil + PATIENCE_SECONDS * 1000).toISOString();
  }
  return inSeconds(status === 'queued' ? QUEUED_PATIENCE_SECONDS : PATIENCE_SECONDS);
}

export const jobEntity = defineEntity({
  model: { service: 'segmentry', entity: 'job', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    mediaId: { type: 'string', required: true },
    model: {
      type: 'map',
      required: true,
      properties: {
        id: { type: 'string', required: true },
        version: { type: 'string', required: true },
        device: { type: Device.options },
      },
    },
    video: { type: CustomAttributeType<VideoPass>('any') },
    segmentsDone: { type: 'number' },
    views: { type: 'number' },
    options: { type: CustomAttributeType<AnalysisOptions>('any'), required: true },
    status: { type: JobStatus.options, required: true },
    error: {
      type: 'map',
      properties: { code: { type: 'string', required: true }, detail: { type: 'string', required: true } },
    },
    summary: { type: CustomAttributeType<ClassSummary[]>('any') },
    batch: {
      type: 'map',
      properties: { id: { type: 'string', required: true }, shard: { type: 'number', required: true } },
    },
    resultOf: { type: 'string' },
    createdAt: { type: 'string', required: true },
    startedAt: { type: 'string' },
    finishedAt: { type: 'string' },
    attempts: { type: 'number', required: true },
    /** Epoch milliseconds until which the worker of the latest attempt holds the job. */
    leaseUntil: { type: 'number', hidden: true },
    announcement: announcementAttribute,
    reconcileShard: { ...reconcileShardAttribute, watch: ['status', 'leaseUntil'] },
    reconcileAt: {
      type: 'string',
      hidden: true,
      watch: ['status', 'leaseUntil'],
      set: (time?: string, job?: { status?: JobStatus; leaseUntil?: number }) =>
        time ?? reconcileTime(job?.status, job?.leaseUntil),
    },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'] },
      sk: { field: 'gsi1sk', composite: ['createdAt', 'id'] },
    },
    byMedia: {
      index: 'gsi2',
      collection: 'attachments',
      pk: { field: 'gsi2pk', composite: ['mediaId'] },
      sk: { field: 'gsi2sk', composite: ['createdAt', 'id'] },
    },
    /** Jobs that are open, or whose end is not announced. */
    unreconciled: {
      ...unreconciledKeys('id'),
      condition: ({ announcement }) => announcement === 'pending',
    },
  },
});

/** A job's result document: inline and packed, or the key of the object that holds it. */
export const resultEntity = defineEntity({
  model: { service: 'segmentry', entity: 'result', version: '1' },
  attributes: {
    jobId: { type: 'string', required: true },
    packed: { type: CustomAttributeType<Uint8Array>('any') },
    /** The same as text, of results from before they were packed. */
    document: { type: 'string' },
    key: { type: 'string' },
    /** Of the object; not written of documents above 300 kB before, nor of those of videos. */
    sizeBytes: { type: 'number' },
  },
  indexes: {
    byJob: { pk: { field: 'pk', composite: ['jobId'] }, sk: { field: 'sk', composite: [] } },
  },
});
