import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';

const MAX_REDIRECTS = 5;

/**
 * Asks for a file, along redirects, of which none leads from https to http.
 * @returns an answer that is no redirect, its body not yet read.
 */
export async function requestFile(url: string, redirectsLeft = MAX_REDIRECTS): Promise<IncomingMessage> {
  const answer = await request(url);
  const { location } = answer.headers;
  if (!isRedirect(answer) || location === undefined) return answer;
  answer.destroy();
  const next = new URL(location, url).href;
  if (redirectsLeft === 0) throw new Error(`${next} is one redirect too many`);
  if (url.startsWith('https:') && !next.startsWith('https:')) throw new Error(`${next} is not https`);
  return requestFile(next, redirectsLeft - 1);
}

// fetch will not do: a large body whose sender closes the connection ends the process, past any catch
// (https://github.com/nodejs/undici/issues/5360).
function request(url: string): Promise<IncomingMessage> {
  const get = url.startsWith('https:') ? getHttps : getHttp;
  return new Promise((resolve, reject) => get(url, resolve).on('error', reject));
}

function isRedirect({ statusCode = 0 }: IncomingMessage): boolean {
  return [301, 302, 303, 307, 308].includes(statusCode);
}
