import { defineEntity } from './define-entity.ts';

/** How many uploads of a user are open whose forms expire within the same hour. */
export const openUploadCountEntity = defineEntity({
  model: { service: 'segmentry', entity: 'openUploadCount', version: '1' },
  attributes: {
    userId: { type: 'string', required: true },
    hour: { type: 'number', required: true },
    openUploads: { type: 'number', required: true },
    /** Epoch seconds at which the table drops the item. */
    ttl: { type: 'number' },
  },
  indexes: {
    byUser: { pk: { field: 'pk', composite: ['userId'] }, sk: { field: 'sk', composite: ['hour'] } },
  },
});
