import { CustomAttributeType } from 'electrodb';
import type { CreditReason } from '../../../domain/entities/credits.ts';
import { defineEntity } from './define-entity.ts';
import {
  announcementAttribute,
  reconcileAtAttribute,
  reconcileShardAttribute,
  unreconciledKeys,
} from './outbox-attributes.ts';

/** How long the stream is given to announce that a balance is low before the reconciler does. */
const PATIENCE_SECONDS = 60;

/** Amounts are whole thousandths of a credit. */
const amount = { type: 'number', required: true } as const;
const text = { type: 'string', required: true } as const;

export const creditAccountEntity = defineEntity({
  model: { service: 'segmentry', entity: 'creditAccount', version: '1' },
  attributes: {
    userId: text,
    balance: amount,
    available: amount,
    revision: { type: 'number', required: true },
    status: { type: ['ok', 'low'] as const, required: true },
    lowAt: { type: 'string' },
    announcement: announcementAttribute,
    reconcileShard: reconcileShardAttribute,
    reconcileAt: reconcileAtAttribute(PATIENCE_SECONDS),
  },
  indexes: {
    byUser: {
      collection: 'credits',
      pk: { field: 'pk', composite: ['userId'] },
      sk: { field: 'sk', composite: [] },
    },
    /** Accounts of which is not announced that their balance is low. */
    unreconciled: {
      ...unreconciledKeys('userId'),
      condition: ({ status, announcement }) => status === 'low' && announcement === 'pending',
    },
  },
});

export const creditHoldEntity = defineEntity({
  model: { service: 'segmentry', entity: 'creditHold', version: '1' },
  attributes: { userId: text, id: text, left: amount, expiresAt: text },
  indexes: {
    byUser: {
      collection: 'credits',
      pk: { field: 'pk', composite: ['userId'] },
      sk: { field: 'sk', composite: ['id'] },
    },
  },
});

export const creditEntryEntity = defineEntity({
  model: { service: 'segmentry', entity: 'creditEntry', version: '1' },
  attributes: {
    userId: text,
    id: text,
    kind: { type: ['grant', 'debit', 'refund'] as const, required: true },
    amount,
    reason: { type: CustomAttributeType<CreditReason>('string'), required: true },
    note: { type: 'string' },
    items: { type: CustomAttributeType<string[]>('any'), required: true },
    at: text,
  },
  indexes: {
    byUser: {
      // It grows with everything that the user does, and would slow down what else is queried under the user.
      // biome-ignore lint/suspicious/noTemplateCurlyInString: ElectroDB fills it in.
      pk: { field: 'pk', composite: ['userId'], template: 'ledger#${userId}' },
      // No number, which writers would have to agree on: movements of one moment are written side by side.
      sk: { field: 'sk', composite: ['at', 'id'] },
    },
  },
});

/** That something was charged, given back, or granted: the condition on it decides between repeats. */
export const creditChargeEntity = defineEntity({
  model: { service: 'segmentry', entity: 'creditCharge', version: '1' },
  attributes: {
    item: text,
    userId: text,
    amount,
    status: { type: ['charged', 'refunded', 'granted'] as const, required: true },
  },
  indexes: {
    byItem: { pk: { field: 'pk', composite: ['item'] }, sk: { field: 'sk', composite: [] } },
  },
});
