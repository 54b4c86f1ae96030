/** Who asks. */
export interface Principal {
  readonly userId: string;
  readonly role: 'user' | 'admin';
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
  principal: Principal,
  missing: () => Error,
): Thing {
  if (thing === undefined || thing.userId !== principal.userId) throw missing();
  return thing;
}
