import { defineEntity } from './define-entity.ts';

/** One of the counters of a user's open jobs; their sum is how many there are. */
export const openJobCountEntity = defineEntity({
  model: { service: 'segmentry', entity: 'openJobCount', version: '1' },
  attributes: {
    userId: { type: 'string', required: true },
    shard: { type: 'number', required: true },
    openJobs: { type: 'number', required: true },
  },
  indexes: {
    byUser: { pk: { field: 'pk', composite: ['userId'] }, sk: { field: 'sk', composite: ['shard'] } },
  },
});
