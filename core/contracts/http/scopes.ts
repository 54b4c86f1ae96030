import * as z from 'zod';

/**
 * What an API key may be given. `admin` is for programs that add models: an admin gives it, and it ends with their
 * role.
 */
export const KeyScope = z.enum(['read', 'write', 'admin']);
export type KeyScope = z.infer<typeof KeyScope>;

/** `security` of routes that no API key opens: keys, credentials, the account, other people. */
export const FOR_PERSONS = [{ bearer: ['account'] }];

/** `security` of routes that an admin's program may use, by a key with that scope. */
export const FOR_ADMINS = [{ bearer: ['admin'] }];
