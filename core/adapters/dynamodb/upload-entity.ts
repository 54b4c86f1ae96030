import { CustomAttributeType, Entity } from 'electrodb';
import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import { Keep } from '../../contracts/http/images.ts';
import { type RefusedEntry, UploadKind, UploadStatus } from '../../contracts/http/uploads.ts';
import type { PlannedJob } from '../../domain/job.ts';

export const uploadEntity = new Entity({
  model: { service: 'segmentry', entity: 'upload', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    kind: { type: UploadKind.options, required: true },
    filename: { type: 'string', required: true },
    keep: { type: Keep.options, required: true },
    options: { type: CustomAttributeType<AnalysisOptions>('any'), required: true },
    imageId: { type: 'string', required: true },
    jobs: { type: CustomAttributeType<PlannedJob[]>('any'), required: true },
    status: { type: UploadStatus.options, required: true },
    objectVersion: { type: 'string' },
    images: { type: CustomAttributeType<string[]>('any'), required: true },
    refused: { type: CustomAttributeType<RefusedEntry[]>('any'), required: true },
    createdAt: { type: 'string', required: true },
    expiresAt: { type: 'string', required: true },
    /** Epoch seconds at which the table drops the item. */
    ttl: { type: 'number' },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
  },
});
