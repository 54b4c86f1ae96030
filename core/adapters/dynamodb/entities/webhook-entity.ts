import { CustomAttributeType } from 'electrodb';
import type { EventPattern } from '../../../contracts/http/webhooks.ts';
import type { SealedSecret } from '../../../domain/entities/webhook.ts';
import { defineEntity } from './define-entity.ts';
import {
  announcementAttribute,
  reconcileAtAttribute,
  reconcileShardAttribute,
  unreconciledKeys,
} from './outbox-attributes.ts';

/** How long the stream is given to announce that a webhook was disabled before the reconciler does. */
const PATIENCE_SECONDS = 60;

export const webhookEntity = defineEntity({
  model: { service: 'segmentry', entity: 'webhook', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    url: { type: 'string', required: true },
    events: { type: CustomAttributeType<readonly EventPattern[]>('any'), required: true },
    status: { type: ['enabled', 'disabled'] as const, required: true },
    disabledReason: { type: ['owner', 'gone', 'failing'] as const },
    disabledAt: { type: 'string' },
    secrets: { type: CustomAttributeType<readonly SealedSecret[]>('any'), required: true },
    failingSince: { type: 'string' },
    createdAt: { type: 'string', required: true },
    modifiedAt: { type: 'string', required: true },
    announcement: announcementAttribute,
    reconcileShard: reconcileShardAttribute,
    reconcileAt: reconcileAtAttribute(PATIENCE_SECONDS),
  },
  indexes: {
    /** Under their user: a user has few, and they are looked up together. */
    byUser: {
      pk: { field: 'pk', composite: ['userId'] },
      sk: { field: 'sk', composite: ['id'] },
    },
    /** Webhooks of which is not announced that they are disabled. */
    unreconciled: {
      ...unreconciledKeys('id'),
      condition: ({ status, announcement }) => status === 'disabled' && announcement === 'pending',
    },
  },
});
