import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { installAdmin } from '../../localstack/accounts/install-admin.ts';
import { type ApiClient, createApiClient } from './api-client.ts';

/** A user of the deployment, with a client that is logged in. */
export interface TestUser {
  readonly call: ApiClient;
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

const anonymous = () => createApiClient(inject('deployment').apiUrl);

/** Makes an account that no other test has, and logs in. */
export async function createTestUser(): Promise<TestUser> {
  const account = newAccount();
  const { status, body } = await anonymous()('POST /v1/users', {
    json: { ...account, passwordConfirmation: account.password },
  });
  if (status !== 201) throw new Error(`No account: ${JSON.stringify(body)}`);
  return signIn(account);
}

/** The same for an admin. */
export async function createTestAdmin(): Promise<TestUser> {
  const account = newAccount();
  const { outputs, ...deployment } = inject('deployment');
  await installAdmin(account, { ...deployment, tableName: outputs.TableName });
  return signIn(account);
}

/** A client of a user that no other test has. */
export const signedInClient = async (): Promise<ApiClient> => (await createTestUser()).call;

async function signIn(account: { email: string; password: string }): Promise<TestUser> {
  const { body: tokens } = await anonymous()('POST /v1/sessions', { json: account });
  const call = createApiClient(inject('deployment').apiUrl, {
    authorization: `Bearer ${tokens.accessToken}`,
  });
  const { body: me } = await call('GET /v1/users/me');
  return { ...account, ...tokens, call, id: me.id };
}

const newAccount = () => ({ email: `user-${randomUUID()}@example.org`, password: `pass ${randomUUID()}` });
