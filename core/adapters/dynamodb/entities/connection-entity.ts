import { defineEntity } from './define-entity.ts';

/** Ids of connections differ in case. */
const AS_IT_IS = { casing: 'none' } as const;

/** An open WebSocket, under its user: all that is the user's is told to the user's own connections. */
export const connectionEntity = defineEntity({
  model: { service: 'segmentry', entity: 'connection', version: '1' },
  attributes: {
    userId: { type: 'string', required: true },
    id: { type: 'string', required: true },
    topics: { type: 'set', items: 'string' },
    /** The session or the API key with which it ends. */
    openedBy: { type: 'string' },
    /** Epoch seconds at which the table drops the item. */
    ttl: { type: 'number', required: true },
  },
  indexes: {
    byUser: {
      pk: { field: 'pk', composite: ['userId'] },
      sk: { field: 'sk', composite: ['id'], ...AS_IT_IS },
    },
  },
});

/** Whose a connection is. */
export const connectionOwnerEntity = defineEntity({
  model: { service: 'segmentry', entity: 'connectionOwner', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    ttl: { type: 'number', required: true },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'], ...AS_IT_IS }, sk: { field: 'sk', composite: [] } },
  },
});
