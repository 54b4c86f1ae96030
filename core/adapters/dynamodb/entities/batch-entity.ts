import { CustomAttributeType } from 'electrodb';
import type { AnalysisOptions } from '../../../contracts/analysis-options.ts';
import type { BatchCounts } from '../../../contracts/http/batches.ts';
import type { Batch, BatchJob } from '../../../domain/entities/batch.ts';
import type { ModelVersion } from '../../../domain/entities/job.ts';
import { defineEntity } from './define-entity.ts';
import {
  announcementAttribute,
  reconcileAtAttribute,
  reconcileShardAttribute,
  unreconciledKeys,
} from './outbox-attributes.ts';

/** How long a batch is left alone before the reconciler counts whether it has ended. */
const PATIENCE_SECONDS = 900;

export const batchEntity = defineEntity({
  model: { service: 'segmentry', entity: 'batch', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    models: { type: CustomAttributeType<ModelVersion[]>('any'), required: true },
    options: { type: CustomAttributeType<AnalysisOptions>('any'), required: true },
    dataset: { type: 'string' },
    upload: { type: 'string' },
    jobCount: { type: 'number', required: true },
    videoJobCount: { type: 'number' },
    partCount: { type: 'number', required: true },
    createdAt: { type: 'string', required: true },
    canceledAt: { type: 'string' },
    isCanceled: { type: 'boolean' },
    round: { type: 'number' },
    exportsAsked: { type: CustomAttributeType<NonNullable<Batch['exportsAsked']>>('any') },
    webhookId: { type: 'string' },
    /** Whether all its jobs have ended, as last counted. */
    status: { type: ['open', 'finished'] as const, required: true, default: 'open' },
    finishedAt: { type: 'string' },
    finalCounts: { type: CustomAttributeType<BatchCounts>('any') },
    announcement: announcementAttribute,
    reconcileShard: reconcileShardAttribute,
    reconcileAt: reconcileAtAttribute(PATIENCE_SECONDS),
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'] },
      sk: { field: 'gsi1sk', composite: ['createdAt', 'id'] },
    },
    /** Batches that are open, or whose end is not announced. */
    unreconciled: {
      ...unreconciledKeys('id'),
      condition: ({ announcement }) => announcement === 'pending',
    },
  },
});

export const batchPartEntity = defineEntity({
  model: { service: 'segmentry', entity: 'batchPart', version: '1' },
  attributes: {
    batchId: { type: 'string', required: true },
    part: { type: 'number', required: true, padding: { length: 4, char: '0' } },
    jobs: { type: CustomAttributeType<BatchJob[]>('any'), required: true },
    madeCount: { type: 'number', required: true },
    revision: { type: 'number', required: true },
    round: { type: 'number' },
  },
  indexes: {
    byBatch: { pk: { field: 'pk', composite: ['batchId'] }, sk: { field: 'sk', composite: ['part'] } },
  },
});

const count = { type: 'number', required: true } as const;

/** One of a batch's counters; their sums are the batch's counts. */
export const batchCounterEntity = defineEntity({
  model: { service: 'segmentry', entity: 'batchCounter', version: '1' },
  attributes: {
    batchId: { type: 'string', required: true },
    shard: { type: 'number', required: true },
    queued: count,
    running: count,
    succeeded: count,
    failed: count,
    canceled: count,
    /** How often the counts have changed: goes up only. */
    moves: { type: 'number', default: 0 },
  },
  indexes: {
    byBatch: { pk: { field: 'pk', composite: ['batchId'] }, sk: { field: 'sk', composite: ['shard'] } },
  },
});
