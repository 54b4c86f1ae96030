import { defineEntity } from './define-entity.ts';

export const imageEntity = defineEntity({
  model: { service: 'segmentry', entity: 'image', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    /** The same under the name that jobs have for it, so that one query finds both. */
    mediaId: {
      type: 'string',
      hidden: true,
      watch: ['id'],
      set: (_?: string, image?: { id?: string }) => image?.id,
    },
    userId: { type: 'string', required: true },
    sha256: { type: 'string', required: true },
    filename: { type: 'string', required: true },
    width: { type: 'number', required: true },
    height: { type: 'number', required: true },
    sizeBytes: { type: 'number', required: true },
    originalSizeBytes: { type: 'number', required: true },
    contentType: { type: 'string', required: true },
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
    byImage: {
      index: 'gsi2',
      collection: 'attachments',
      pk: { field: 'gsi2pk', composite: ['mediaId'] },
      sk: { field: 'gsi2sk', composite: [] },
    },
  },
});

/** Which image of a user has these bytes: decides between uploads of the same bytes at once. */
export const imageContentEntity = defineEntity({
  model: { service: 'segmentry', entity: 'imageContent', version: '1' },
  attributes: {
    userId: { type: 'string', required: true },
    sha256: { type: 'string', required: true },
    imageId: { type: 'string', required: true },
  },
  indexes: {
    byContent: { pk: { field: 'pk', composite: ['userId', 'sha256'] }, sk: { field: 'sk', composite: [] } },
  },
});
