import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDocumentClient } from '../../core/adapters/dynamodb/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/segmentry-table.ts';
import { createUserRecords } from '../../core/adapters/dynamodb/user-records.ts';
import { createPasswordHasher } from '../../core/adapters/scrypt/password-hasher.ts';
import { createAdmin } from '../../core/domain/administer-users.ts';
import { checkNewPassword } from '../../core/domain/password.ts';
import { clientConfiguration } from '../client-configuration.ts';
import type { Deployment } from '../deploy/bring-up.ts';
import { UsageError } from '../setup-error.ts';

export interface AdminAccount {
  readonly email: string;
  readonly password: string;
}

/** The table of a deployment. */
export interface AdminTarget extends Pick<Deployment, 'endpointUrl' | 'account'> {
  readonly tableName: string;
}

/** Reads `EMAIL:PASSWORD`. @throws UsageError */
export function parseAdmin(text: string): AdminAccount {
  const [, email, password] = /^([^:@\s]+@[^:\s]+):(.+)$/.exec(text) ?? [];
  if (email === undefined || password === undefined) {
    throw new UsageError(
      'Give the admin as EMAIL:PASSWORD, for instance --admin me@example.org:"four random words here".',
    );
  }
  try {
    checkNewPassword(password, password, email);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return { email, password };
}

/** Makes an admin in a deployment, past its API: how the first one comes to be. */
export async function installAdmin(
  admin: AdminAccount,
  { endpointUrl, account, tableName }: AdminTarget,
): Promise<void> {
  const dynamodb = new DynamoDBClient(clientConfiguration(endpointUrl, account));
  const now = () => new Date();
  const users = createUserRecords(openTable(createDocumentClient(dynamodb), tableName), now);
  await createAdmin(admin, { users, passwords: createPasswordHasher(), now });
}
