import { CustomAttributeType } from 'electrodb';
import type { KeptAnswer } from '../../../domain/entities/idempotency.ts';
import { defineEntity } from './define-entity.ts';

export const idempotencyEntity = defineEntity({
  model: { service: 'segmentry', entity: 'idempotency', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    fingerprint: { type: 'string', required: true },
    /** Epoch milliseconds at which the key was taken first; tells apart what comes under it days later. */
    since: { type: 'number', required: true },
    /** Of the request that took it last, so that it knows its own where an answer was lost. */
    holder: { type: 'string' },
    answer: { type: CustomAttributeType<KeptAnswer>('any') },
    /** Epoch milliseconds after which a request that has not ended counts as dead. */
    runsUntil: { type: 'number', required: true },
    /** Epoch seconds at which the table drops the item. */
    ttl: { type: 'number', required: true },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
  },
});
