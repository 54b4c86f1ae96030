import { createUserRecords } from '../../core/adapters/dynamodb/records/user-records.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createPasswordHasher } from '../../core/adapters/scrypt/password-hasher.ts';
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
  const now = () => new Date();
  const users = createUserRecords(openTable(createDocumentClient(), await findTable(stack)), now);
  return createAdmin({ email, password }, { users, passwords: createPasswordHasher(), now });
}
