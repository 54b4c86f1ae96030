import { type Api, Segmentry } from '../../client/index.ts';
import { connectAsNobody } from './connect.ts';

/**
 * Signs in, does what only a person may, no key, and signs out again. What was done stays done where that fails: the
 * session ends by itself.
 */
export async function inSession<Result>(
  url: string,
  credentials: { readonly email: string; readonly password: string },
  work: (api: Api, segmentry: Segmentry) => Promise<Result>,
): Promise<Result> {
  const { accessToken } = await connectAsNobody(url).api.signIn(credentials);
  const segmentry = new Segmentry({ url, token: accessToken });
  try {
    return await work(segmentry.api, segmentry);
  } finally {
    await segmentry.api.signOut().catch(() => undefined);
  }
}
