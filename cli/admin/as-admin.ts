import { type Api, Segmentry } from '../../client/index.ts';
import { type ConnectionFlags, connectAsNobody, findConnection } from '../connection/connect.ts';
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
  const { accessToken } = await connectAsNobody(url).api.signIn({ email, password });
  const segmentry = new Segmentry({ url, token: accessToken });
  try {
    return await work(segmentry.api, segmentry);
  } finally {
    await segmentry.api.signOut();
  }
}
