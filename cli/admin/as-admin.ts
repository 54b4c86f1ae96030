import type { Api, Segmentry } from '../../client/index.ts';
import { type ConnectionFlags, findConnection } from '../connection/connect.ts';
import { inSession } from '../connection/in-session.ts';
import { askSecret, askText } from '../connection/prompt.ts';

export interface AdminFlags extends ConnectionFlags {
  readonly email?: string;
}

/**
 * Does what only a person may, no key: signs in with a password that is typed or comes from stdin, and out again.
 * @param email whose, where it is not the one who logged in
 */
export async function asAdmin<Result>(
  flags: AdminFlags,
  work: (api: Api, segmentry: Segmentry) => Promise<Result>,
) {
  const { url, profile } = findConnection(flags);
  const email = flags.email ?? profile?.email ?? (await askText('Email', '--email ADDRESS'));
  const password = await askSecret(`Password of ${email}`);
  return inSession(url, { email, password }, work);
}
