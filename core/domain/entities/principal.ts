import { DomainError } from './errors.ts';

export type Scope = 'read' | 'write';

/** Who asks. */
export interface Principal {
  readonly userId: string;
  readonly role: 'user' | 'admin';
  /** All of them for a person; an API key may have fewer. */
  readonly scopes: readonly Scope[];
  /** The log-in behind an access token. */
  readonly sessionId?: string;
}

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
    super('Only an admin may do this.');
  }
}

export class ForbiddenScopeError extends DomainError {
  readonly code = 'forbidden_scope';
  readonly kind = 'forbidden';

  constructor(scope: Scope) {
    super(`The API key lacks the scope "${scope}". Make another with POST /v1/api-keys.`);
  }
}

/** @throws AdminOnlyError */
export function requireAdmin({ role }: Principal): void {
  if (role !== 'admin') throw new AdminOnlyError();
}

/** @throws ForbiddenScopeError */
export function requireScope({ scopes }: Principal, scope: Scope): void {
  if (!scopes.includes(scope)) throw new ForbiddenScopeError(scope);
}
