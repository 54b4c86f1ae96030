import { CustomAttributeType } from 'electrodb';
import type { KeyScope } from '../../../contracts/http/scopes.ts';
import { defineEntity } from './define-entity.ts';

/** Not among the user's things: who works on those has no business with log-ins and keys. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: ElectroDB fills it in.
const OF_ACCOUNT = 'account#${userId}';

export const userEntity = defineEntity({
  model: { service: 'segmentry', entity: 'user', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    email: { type: 'string', required: true },
    username: { type: 'string', required: true },
    role: { type: ['user', 'admin'] as const, required: true },
    disabled: { type: 'boolean', required: true },
    createdAt: { type: 'string', required: true },
    sessionEpoch: { type: 'number' },
    apiKeyEpoch: { type: 'number' },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
    all: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: [] },
      sk: { field: 'gsi1sk', composite: ['createdAt', 'id'] },
    },
  },
});

/**
 * What proves that one is who one says: of a user the hash of the password, of a session that of its refresh token. In
 * partitions of their own, which none but the API may read.
 */
export const credentialEntity = defineEntity({
  model: { service: 'segmentry', entity: 'credential', version: '1' },
  attributes: {
    /** A user or a session. */
    holder: { type: 'string', required: true },
    hash: { type: 'string', required: true },
    ttl: { type: 'number' },
  },
  indexes: {
    byHolder: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: ElectroDB fills it in.
      pk: { field: 'pk', composite: ['holder'], template: 'credential#${holder}' },
      sk: { field: 'sk', composite: [] },
    },
  },
});

/** Who has an email address: decides between two registrations at once. */
export const userEmailEntity = defineEntity({
  model: { service: 'segmentry', entity: 'userEmail', version: '1' },
  attributes: {
    email: { type: 'string', required: true },
    userId: { type: 'string', required: true },
  },
  indexes: {
    byEmail: { pk: { field: 'pk', composite: ['email'] }, sk: { field: 'sk', composite: [] } },
  },
});

/** A deleted account of another issuer: its id can't be made anew as long as its token may still come. */
export const deletedUserEntity = defineEntity({
  model: { service: 'segmentry', entity: 'deletedUser', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    ttl: { type: 'number', required: true },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
  },
});

export const sessionEntity = defineEntity({
  model: { service: 'segmentry', entity: 'session', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    expiresAt: { type: 'string', required: true },
    endsAt: { type: 'string' },
    epoch: { type: 'number' },
    ttl: { type: 'number' },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['id'] }, sk: { field: 'sk', composite: [] } },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'], template: OF_ACCOUNT },
      sk: { field: 'gsi1sk', composite: ['id'] },
    },
  },
});

export const apiKeyEntity = defineEntity({
  model: { service: 'segmentry', entity: 'apiKey', version: '1' },
  attributes: {
    hash: { type: 'string', required: true },
    id: { type: 'string', required: true },
    userId: { type: 'string', required: true },
    name: { type: 'string', required: true },
    scopes: { type: CustomAttributeType<KeyScope[]>('any'), required: true },
    createdAt: { type: 'string', required: true },
    expiresAt: { type: 'string' },
    epoch: { type: 'number' },
    ttl: { type: 'number' },
  },
  indexes: {
    byHash: { pk: { field: 'pk', composite: ['hash'] }, sk: { field: 'sk', composite: [] } },
    byUser: {
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['userId'], template: OF_ACCOUNT },
      sk: { field: 'gsi1sk', composite: ['createdAt', 'id'] },
    },
  },
});

/** Invites and password resets. */
export const oneTimeLinkEntity = defineEntity({
  model: { service: 'segmentry', entity: 'oneTimeLink', version: '1' },
  attributes: {
    hash: { type: 'string', required: true },
    purpose: { type: ['invite', 'password-reset'] as const, required: true },
    userId: { type: 'string' },
    epoch: { type: 'number' },
    expiresAt: { type: 'string', required: true },
    ttl: { type: 'number' },
  },
  indexes: {
    byHash: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: ElectroDB fills it in.
      pk: { field: 'pk', composite: ['hash'], template: 'link#${hash}' },
      sk: { field: 'sk', composite: [] },
    },
  },
});

/** How often something was tried within a window of time. */
export const attemptsEntity = defineEntity({
  model: { service: 'segmentry', entity: 'attempts', version: '1' },
  attributes: {
    key: { type: 'string', required: true },
    window: { type: 'number', required: true },
    count: { type: 'number', required: true },
    ttl: { type: 'number' },
  },
  indexes: {
    byWindow: { pk: { field: 'pk', composite: ['key'] }, sk: { field: 'sk', composite: ['window'] } },
  },
});
