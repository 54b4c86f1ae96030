import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createUserRecords } from '../../core/adapters/dynamodb/records/user-records.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createPasswordHasher } from '../../core/adapters/scrypt/password-hasher.ts';
import { now } from '../../core/composition/clock.ts';
import { createAccount } from '../../core/domain/accounts/register-user.ts';
import type { Role } from '../../core/domain/entities/user.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { createAwsClients } from './aws-clients.ts';

/** A user of the deployment, with a client that is logged in. */
export interface TestUser {
  readonly call: ApiClient;
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/**
 * A stored hash says what it costs. The deployment's own takes half a second of a processor, twice for everyone who
 * registers and logs in; accounts.test.ts does that. Others only need to be somebody.
 */
const passwords = createPasswordHasher({ N: 16, r: 1, p: 1 });

/** Makes an account that no other test has, and logs in. */
export const createTestUser = (): Promise<TestUser> => createSignedIn('user');

/** The same for an admin. */
export const createTestAdmin = (): Promise<TestUser> => createSignedIn('admin');

/** A client of a user that no other test has. */
export const signedInClient = async (): Promise<ApiClient> => (await createTestUser()).call;

async function createSignedIn(role: Role): Promise<TestUser> {
  const account = { email: `user-${randomUUID()}@example.org`, password: `pass ${randomUUID()}` };
  const { id } = await createAccount({ ...account, role }, { users: openUsers(), passwords, now });
  const { apiUrl } = inject('deployment');
  const { status, body: tokens } = await createApiClient(apiUrl)('POST /v1/sessions', { json: account });
  if (status !== 201) throw new Error(`Not logged in: ${JSON.stringify(tokens)}`);
  const call = createApiClient(apiUrl, { authorization: `Bearer ${tokens.accessToken}` });
  return { ...account, ...tokens, call, id };
}

let opened: ReturnType<typeof createUserRecords> | undefined;

/** Files of a process share one deployment, and so its table. */
function openUsers() {
  const { outputs, ...deployment } = inject('deployment');
  opened ??= createUserRecords(openTable(createAwsClients(deployment).dynamodb, outputs.TableName), now);
  return opened;
}
