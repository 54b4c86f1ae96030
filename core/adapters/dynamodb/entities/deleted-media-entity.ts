import { defineEntity } from './define-entity.ts';

/** An image or a video that was deleted: a repeat of the message that brought it doesn't bring it again. */
export const deletedMediaEntity = defineEntity({
  model: { service: 'segmentry', entity: 'deletedMedia', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    ttl: { type: 'number', required: true },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
  },
});
