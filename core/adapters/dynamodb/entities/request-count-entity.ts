import { defineEntity } from './define-entity.ts';

/** How many requests a user has sent in one minute. */
export const requestCountEntity = defineEntity({
  model: { service: 'segmentry', entity: 'requestCount', version: '1' },
  attributes: {
    userId: { type: 'string', required: true },
    /** Since the epoch. */
    minute: { type: 'number', required: true },
    requests: { type: 'number', required: true },
    /** Epoch seconds at which the table drops the item. */
    ttl: { type: 'number', required: true },
  },
  indexes: {
    byMinute: { pk: { field: 'pk', composite: ['userId', 'minute'] }, sk: { field: 'sk', composite: [] } },
  },
});
