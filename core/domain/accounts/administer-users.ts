import type { PageRequest } from '../../contracts/http/paging.ts';
import type { ConnectionRepository } from '../entities/connection.ts';
import { DomainError } from '../entities/errors.ts';
import { type Principal, requireAdmin } from '../entities/principal.ts';
import {
  EmailTakenError,
  normalizeEmail,
  type Role,
  type User,
  UserNotFoundError,
  type UserRepository,
} from '../entities/user.ts';
import { type CreateAccountPorts, createAccount } from './register-user.ts';

export interface AdministerUsersPorts {
  readonly users: Pick<UserRepository, 'list' | 'find' | 'update'>;
  readonly connections: Pick<ConnectionRepository, 'removeAll'>;
}

export class OwnRightsError extends DomainError {
  readonly code = 'own_rights';
  readonly kind = 'conflict';

  constructor() {
    super('Admins cannot disable or demote themselves, so that one is always left. Ask another admin.');
  }
}

/** @throws AdminOnlyError */
export async function listUsers(
  page: PageRequest,
  principal: Principal,
  { users }: Pick<AdministerUsersPorts, 'users'>,
) {
  requireAdmin(principal);
  return users.list(page);
}

/** @throws AdminOnlyError, UserNotFoundError, OwnRightsError */
export async function changeUser(
  { userId, ...changes }: { userId: string; disabled?: boolean; role?: Role },
  principal: Principal,
  { users, connections }: AdministerUsersPorts,
): Promise<User> {
  requireAdmin(principal);
  const user = await users.find(userId);
  if (user === undefined) throw new UserNotFoundError(userId);
  if (user.id === principal.userId) throw new OwnRightsError();
  await users.update(user, changes, principal.userId);
  if (changes.disabled === true) await connections.removeAll(user.id);
  return { ...user, ...changes };
}

/**
 * Creates an admin, or makes the user with that email one. The first admin is created this way.
 * @returns whether the account is new; an existing one keeps its password.
 */
export async function createAdmin(
  { email, password }: { email: string; password: string },
  ports: CreateAccountPorts & {
    readonly users: Pick<UserRepository, 'create' | 'findByEmail' | 'update'>;
  },
): Promise<{ user: User; isNew: boolean }> {
  const account = { email: normalizeEmail(email), password, role: 'admin' as const };
  try {
    return { user: await createAccount(account, ports), isNew: true };
  } catch (error) {
    const user = error instanceof EmailTakenError ? await ports.users.findByEmail(account.email) : undefined;
    if (user === undefined) throw error;
    await ports.users.update(user, { role: 'admin', disabled: false });
    return { user: { ...user, role: 'admin', disabled: false }, isNew: false };
  }
}
