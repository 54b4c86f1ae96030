import type { Principal } from '../domain/principal.ts';

/** Who asks, on a deployment without accounts: everyone is the same local user. */
export const authenticateLocally = async (): Promise<Principal> => ({ userId: 'usr_local', role: 'admin' });
