import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { createApiKeyRecords } from '../../core/adapters/dynamodb/records/api-key-records.ts';
import { createConnectionRecords } from '../../core/adapters/dynamodb/records/connection-records.ts';
import { createIdempotencyRecords } from '../../core/adapters/dynamodb/records/idempotency-records.ts';
import { createIdentityRecords } from '../../core/adapters/dynamodb/records/identity-records.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createOneTimeLinkRecords } from '../../core/adapters/dynamodb/records/one-time-link-records.ts';
import { createRequestCounts } from '../../core/adapters/dynamodb/records/request-counts.ts';
import {
  createAttemptCounter,
  createSessionRecords,
} from '../../core/adapters/dynamodb/records/session-records.ts';
import { createUserRecords } from '../../core/adapters/dynamodb/records/user-records.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import {
  createAccessTokenSigner,
  createAccessTokenVerifier,
} from '../../core/adapters/jose/access-tokens.ts';
import { createPasswordHasher } from '../../core/adapters/scrypt/password-hasher.ts';
import type { TrustedIssuer } from '../../core/contracts/environment.ts';
import type { Registration } from '../../core/domain/accounts/register-user.ts';
import { createAuthenticator } from '../../core/domain/request/authenticate.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { type ApiPorts, createApi } from '../../lambdas/api/handler.ts';
import { MemoryTable } from './memory-table/memory-table.ts';

export interface MemoryApiOptions {
  readonly registration?: Registration;
  readonly registrationsPerHour?: number;
  readonly trustedIssuers?: readonly TrustedIssuer[];
  readonly originSecret?: string;
  /** As the API does, and nobody else. */
  readonly writesUsers?: boolean;
}

/** What an API is asked in this process. */
export interface MemoryRequest {
  readonly json?: unknown;
  readonly token?: string;
  readonly address?: string;
  readonly headers?: Record<string, string>;
}

const PASSWORD = 'four unrelated words';
let people = 0;

/**
 * The API's accounts, keys, administration and models, all of their code but AWS, on a table in memory: for what is
 * to be asked more often, or of more kinds of people, than a deployment has time for.
 */
export async function createMemoryApi(options: MemoryApiOptions = {}) {
  const memory = new MemoryTable();
  const table = openTable(memory.client, 'Table');
  const now = () => new Date();
  const hasher = createPasswordHasher({ N: 16, r: 1, p: 1 });
  const counts = { hashes: 0, erasures: [] as string[] };
  /** What happens, once, while a password is being verified: that takes long enough for much. */
  const meanwhile: { verified?: (() => Promise<unknown>) | undefined } = {};
  const keys = await createSigningKeys();
  const users = createUserRecords(table, now);
  const ports = {
    requestsPerMinute: 1_000_000,
    requestCounts: createRequestCounts(table),
    authenticate: createAuthenticator({
      verifyAccessToken: createAccessTokenVerifier(keys, options.trustedIssuers ?? []),
      identities: createIdentityRecords(table, { now, writesUsers: options.writesUsers ?? true }),
      now,
    }),
    registration: options.registration ?? 'open',
    registrationsPerHour: options.registrationsPerHour ?? 1_000_000,
    originSecret: options.originSecret,
    passwords: {
      ...hasher,
      hash: (password: string) => {
        counts.hashes += 1;
        return hasher.hash(password);
      },
      verify: async (password: string, hash: string | undefined) => {
        const { verified } = meanwhile;
        meanwhile.verified = undefined;
        const isRight = await hasher.verify(password, hash);
        await verified?.();
        return isRight;
      },
    },
    users,
    sessions: createSessionRecords(table),
    attempts: createAttemptCounter(table, now),
    connections: createConnectionRecords(table, now),
    apiKeys: createApiKeyRecords(table),
    links: createOneTimeLinkRecords(table, now),
    signAccessToken: createAccessTokenSigner(keys, now),
    publicKeys: keys.publicKeys,
    requestErasure: async (userId: string) => void counts.erasures.push(userId),
    idempotency: createIdempotencyRecords(table, now),
    models: createModelRecords(table),
    presignUpload: async () => ({
      url: 'https://bucket.invalid/',
      fields: {},
      expiresAt: now().toISOString(),
    }),
    limits: { modelBytes: 1_000_000, expirySeconds: 60 },
    now,
  };
  const app = createApi(ports as unknown as ApiPorts, createTelemetry('test'));

  const call = async (route: string, { json, token, address, headers }: MemoryRequest = {}) => {
    const [method = '', path = ''] = route.split(' ');
    const response = await app.request(
      path,
      {
        method,
        headers: {
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      },
      { event: { requestContext: { identity: { sourceIp: address ?? '192.0.2.1' } } } } as never,
    );
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it.
    const body: any = /^[[{]/.test(text) ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body };
  };

  const signIn = async (email: string, password = PASSWORD, address?: string) =>
    call('POST /v1/sessions', { json: { email, password }, ...(address !== undefined && { address }) });

  /** A person who is logged in. */
  const createPerson = async (role: 'user' | 'admin' = 'user') => {
    people += 1;
    const email = `person-${people}@example.org`;
    const passwordHash = await hasher.hash(PASSWORD);
    const user = { id: `usr_${String(people).padStart(32, '0')}`, email, username: 'P', role };
    await users.create({ ...user, disabled: false, createdAt: now().toISOString() }, { passwordHash });
    const { body } = await signIn(email);
    return { id: user.id, email, password: PASSWORD, token: body.accessToken as string, tokens: body };
  };

  const { authenticate } = ports;
  return { memory, table, call, signIn, createPerson, users, counts, meanwhile, app, authenticate, keys };
}

/** A key pair that signs as KMS would. */
export async function createSigningKeys() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const published: JSONWebKeySet = { keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] };
  return {
    privateKey,
    kid,
    jwk,
    publicKeys: async () => published,
    signJwt: (payload: Readonly<Record<string, unknown>>) =>
      new SignJWT({ ...payload }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid }).sign(privateKey),
  };
}
