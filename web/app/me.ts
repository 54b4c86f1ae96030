import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Credits, User } from '../../client/index.ts';

/** Whoever is signed in, and what they have. */
export interface Me {
  readonly user: User | undefined;
  readonly credits: Credits | undefined;
}

export const MeContext = createContext<Me>({ user: undefined, credits: undefined });
export const useMe = () => useContext(MeContext);
