import { CustomAttributeType } from 'electrodb';
import type { DeliveryAttempt } from '../../../domain/entities/delivery.ts';
import { defineEntity } from './define-entity.ts';
import { reconcileShardAttribute } from './outbox-attributes.ts';

export const deliveryEntity = defineEntity({
  model: { service: 'segmentry', entity: 'delivery', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    webhookId: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    eventId: { type: 'string', required: true },
    type: { type: 'string', required: true },
    body: { type: 'string', required: true },
    status: { type: ['pending', 'delivered', 'failed'] as const, required: true },
    attempts: { type: CustomAttributeType<readonly DeliveryAttempt[]>('any'), required: true },
    earlierAttempts: { type: 'number', required: true },
    dueAt: { type: 'string', required: true },
    reconcileShard: { ...reconcileShardAttribute, watch: ['status', 'dueAt'] },
    createdAt: { type: 'string', required: true },
    /** Epoch seconds at which the table drops the item. */
    ttl: { type: 'number', hidden: true },
  },
  indexes: {
    byWebhook: {
      pk: { field: 'pk', composite: ['webhookId'] },
      sk: { field: 'sk', composite: ['id'] },
    },
    /** Deliveries that are still to be made, by when. */
    unreconciled: {
      index: 'gsi3',
      condition: ({ status }) => status === 'pending',
      pk: { field: 'gsi3pk', composite: ['status', 'reconcileShard'] },
      sk: { field: 'gsi3sk', composite: ['dueAt', 'id'] },
    },
  },
});
