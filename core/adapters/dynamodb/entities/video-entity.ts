import { CustomAttributeType } from 'electrodb';
import type { SegmentOutcome } from '../../../domain/analysis/segment-outcome.ts';
import type { VideoFacts } from '../../../domain/entities/video.ts';
import { defineEntity } from './define-entity.ts';

export const videoEntity = defineEntity({
  model: { service: 'segmentry', entity: 'video', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    sha256: { type: 'string', required: true },
    filename: { type: 'string', required: true },
    width: { type: 'number', required: true },
    height: { type: 'number', required: true },
    durationSeconds: { type: 'number', required: true },
    frameRate: { type: 'number', required: true },
    orientation: { type: 'number' },
    sizeBytes: { type: 'number', required: true },
    contentType: { type: CustomAttributeType<VideoFacts['contentType']>('string'), required: true },
    uploadedAt: { type: 'string', required: true },
    modifiedAt: { type: 'string', required: true },
    cost: { type: 'number' },
    expiresAt: { type: 'string' },
    /** Epoch seconds at which the table drops the item; its stream then starts the removal of the rest. */
    ttl: { type: 'number' },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'] },
      sk: { field: 'gsi1sk', composite: ['uploadedAt', 'id'] },
    },
  },
});

/** What was found in one segment of a video, packed: a name for each class in each frame may be more than an item holds. */
export const videoSegmentEntity = defineEntity({
  model: { service: 'segmentry', entity: 'videoSegment', version: '1' },
  attributes: {
    jobId: { type: 'string', required: true },
    segment: { type: 'number', required: true, padding: { length: 4, char: '0' } },
    packed: { type: CustomAttributeType<Uint8Array>('any') },
    /** The same as a map, of segments from before they were packed. */
    outcome: { type: CustomAttributeType<Omit<SegmentOutcome, 'segment'>>('any') },
  },
  indexes: {
    byJob: { pk: { field: 'pk', composite: ['jobId'] }, sk: { field: 'sk', composite: ['segment'] } },
  },
});
