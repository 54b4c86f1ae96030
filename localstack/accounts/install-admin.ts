import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createUserRecords } from '../../core/adapters/dynamodb/records/user-records.ts';
import { createPasswordHasher } from '../../core/adapters/scrypt/password-hasher.ts';
import { now } from '../../core/composition/clock.ts';
import { composeTable } from '../../core/composition/table.ts';
import { createAdmin } from '../../core/domain/accounts/administer-users.ts';
import { checkNewPassword } from '../../core/domain/entities/password.ts';
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

/** Creates an admin in a deployment, past its API. The first one is created this way. */
export async function installAdmin(
  admin: AdminAccount,
  { endpointUrl, account, tableName }: AdminTarget,
): Promise<void> {
  const dynamodb = new DynamoDBClient(clientConfiguration(endpointUrl, account));
  const users = createUserRecords(composeTable({ TABLE_NAME: tableName }, dynamodb), now);
  await createAdmin(admin, { users, passwords: createPasswordHasher(), now });
}
