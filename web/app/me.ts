import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Credits, User } from '../../client/index.ts';

/** Whoever is signed in, and what they have. */
export interface Me {
  readonly user: User | undefined;
  readonly credits: Credits | undefined;
  /** Asks again, after the account was changed. */
  reload(): void;
}

export const MeContext = createContext<Me>({ user: undefined, credits: undefined, reload: () => undefined });
export const useMe = () => useContext(MeContext);
