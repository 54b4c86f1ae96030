import { createUserRecords } from '../../core/adapters/dynamodb/records/user-records.ts';
import { createPasswordHasher } from '../../core/adapters/scrypt/password-hasher.ts';
import { now } from '../../core/composition/clock.ts';
import { composeTable } from '../../core/composition/table.ts';
import { createAdmin } from '../../core/domain/accounts/administer-users.ts';
import { checkNewPassword } from '../../core/domain/entities/password.ts';
import { UsageError } from '../usage-error.ts';
import { findTable } from './find-table.ts';

export interface AdminAccount {
  readonly email: string;
  readonly password: string;
}

const EMAIL = /^[^@\s]+@[^@\s]+$/;

/**
 * Makes an admin in the table of a deployed stack.
 * @throws UsageError, WeakPasswordError; nothing is written then.
 */
export async function installAdmin({ email, password }: AdminAccount, stack: string) {
  if (!EMAIL.test(email)) throw new UsageError(`"${email}" is no email address.`);
  checkNewPassword(password, password, email);
  const users = createUserRecords(composeTable({ TABLE_NAME: await findTable(stack) }), now);
  return createAdmin({ email, password }, { users, passwords: createPasswordHasher(), now });
}
