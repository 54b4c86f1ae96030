import type { ApiKeyRepository } from '../entities/api-key.ts';
import type { Attempts } from '../entities/attempts.ts';
import { DomainError } from '../entities/errors.ts';
import { checkNewPassword, type PasswordHasher } from '../entities/password.ts';
import { isOfEpoch, type Principal, requireAdmin } from '../entities/principal.ts';
import { hashSecret, newSecret } from '../entities/secret.ts';
import { forgetAttempts, type SessionRepository } from '../entities/session.ts';
import { UserNotFoundError, type UserRepository } from '../entities/user.ts';

/** What an admin hands to somebody: good once, for a while. Only its hash is stored. */
export interface OneTimeLink {
  readonly hash: string;
  readonly purpose: 'invite' | 'password-reset';
  /** Whose password it resets. */
  readonly userId?: string;
  /**
   * That of the user's API keys when it was made, which only a reset raises: one of several links is used. Absent from
   * links of a version that did not write it, which are good for a day.
   */
  readonly epoch?: number;
  readonly expiresAt: string;
}

export interface OneTimeLinkPorts {
  readonly links: {
    create(link: OneTimeLink): Promise<void>;
    /** Uses the link up. @returns it, or undefined where it is unknown, used or out of date. */
    take(hash: string, purpose: OneTimeLink['purpose']): Promise<OneTimeLink | undefined>;
  };
  readonly users: Pick<UserRepository, 'find' | 'resetPassword'>;
  readonly sessions: Pick<SessionRepository, 'removeAll'>;
  readonly apiKeys: Pick<ApiKeyRepository, 'removeAll'>;
  readonly attempts: Attempts;
  readonly passwords: PasswordHasher;
  readonly now: () => Date;
}

const INVITE_SECONDS = 7 * 24 * 3600;
const RESET_SECONDS = 24 * 3600;

export class InvalidLinkError extends DomainError {
  readonly code = 'invalid_link';
  readonly kind = 'forbidden';

  constructor() {
    super(
      'The link has been used already, or another of its account has, or it is expired. Ask an admin for another.',
    );
  }
}

/** @throws AdminOnlyError */
export async function createInvite(principal: Principal, ports: OneTimeLinkPorts) {
  requireAdmin(principal);
  return createLink({ purpose: 'invite' }, INVITE_SECONDS, ports);
}

/** @throws AdminOnlyError, UserNotFoundError */
export async function createPasswordReset(userId: string, principal: Principal, ports: OneTimeLinkPorts) {
  requireAdmin(principal);
  const user = await ports.users.find(userId);
  if (user === undefined) throw new UserNotFoundError(userId);
  const { id, apiKeyEpoch: epoch = 0 } = user;
  return createLink({ purpose: 'password-reset', userId: id, epoch }, RESET_SECONDS, ports);
}

/**
 * Sets a new password by a reset link, ends all sessions, revokes all API keys and lets the account log in again:
 * whoever needs it may have lost any of them to somebody, an older link too, which is good no more.
 * @throws WeakPasswordError, PasswordConfirmationError (the link stays good), InvalidLinkError
 */
export async function resetPassword(
  request: { token: string; password: string; passwordConfirmation: string; address: string },
  ports: OneTimeLinkPorts,
): Promise<void> {
  checkNewPassword(request.password, request.passwordConfirmation, '');
  const link = await ports.links.take(hashSecret(request.token), 'password-reset');
  const user = link?.userId === undefined ? undefined : await ports.users.find(link.userId);
  if (
    link === undefined ||
    user === undefined ||
    !(link.epoch === undefined || isOfEpoch(link, user.apiKeyEpoch))
  )
    throw new InvalidLinkError();
  const hash = await ports.passwords.hash(request.password);
  if (!(await ports.users.resetPassword(user, hash))) throw new InvalidLinkError();
  await ports.sessions.removeAll(user.id);
  await ports.apiKeys.removeAll(user.id);
  await forgetAttempts(user.email, request.address, ports.attempts);
}

async function createLink(
  link: Pick<OneTimeLink, 'purpose' | 'userId' | 'epoch'>,
  seconds: number,
  ports: OneTimeLinkPorts,
): Promise<{ token: string; expiresAt: string }> {
  const token = newSecret();
  const expiresAt = new Date(ports.now().getTime() + seconds * 1000).toISOString();
  await ports.links.create({ ...link, hash: hashSecret(token), expiresAt });
  return { token, expiresAt };
}
