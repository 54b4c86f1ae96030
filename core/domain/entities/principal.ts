import type { KeyScope } from '../../contracts/http/scopes.ts';
import { DomainError } from './errors.ts';

/** `account` is a person's own: no API key ever has it, so none manages keys, credentials or people. */
export type Scope = KeyScope | 'account';

/** Who asks. */
export interface Principal {
  readonly userId: string;
  /** A person has all that their role allows; an API key has what a person gave it. */
  readonly scopes: readonly Scope[];
  /** The log-in behind an access token. */
  readonly sessionId?: string;
  /** The API key that a program came with. */
  readonly apiKeyId?: string;
  /** When that by which they came ends by itself. */
  readonly expiresAt?: string;
  /** Of which the API keys are that they make. */
  readonly apiKeyEpoch?: number;
}

/**
 * Whether a log-in or a key was made since its user's were last ended. Ended ones are deleted too, but a list of them
 * lacks those that are being made.
 */
export const isOfEpoch = ({ epoch = 0 }: { readonly epoch?: number }, present = 0): boolean =>
  epoch === present;

/** Everything that belongs to somebody. */
export interface Owned {
  readonly userId: string;
}

/**
 * The one place where ownership is checked: what is missing and what is another's look the same.
 * @throws what `missing` makes.
 */
export function requireOwned<Thing extends Owned>(
  thing: Thing | undefined,
  principal: Pick<Principal, 'userId'>,
  missing: () => Error,
): Thing {
  if (thing === undefined || thing.userId !== principal.userId) throw missing();
  return thing;
}

export class AdminOnlyError extends DomainError {
  readonly code = 'admin_only';
  readonly kind = 'forbidden';

  constructor() {
    super('Only an admin may do this. Ask one.');
  }
}

export class ForbiddenScopeError extends DomainError {
  readonly code = 'forbidden_scope';
  readonly kind = 'forbidden';

  constructor(scope: Scope) {
    super(
      scope === 'account'
        ? 'API keys cannot do this. Log in with POST /v1/sessions, and send the access token.'
        : `The API key lacks the scope "${scope}". Create another with POST /v1/api-keys.`,
    );
  }
}

export const isAdmin = ({ scopes }: Principal): boolean => scopes.includes('admin');

/** @throws AdminOnlyError, ForbiddenScopeError */
export const requireAdmin = (principal: Principal): void => requireScope(principal, 'admin');

/** @throws ForbiddenScopeError; of a person, who lacks nothing else, AdminOnlyError */
export function requireScope({ scopes }: Principal, scope: Scope): void {
  if (scopes.includes(scope)) return;
  throw scopes.includes('account') ? new AdminOnlyError() : new ForbiddenScopeError(scope);
}
