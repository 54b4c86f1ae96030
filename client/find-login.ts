import { SegmentryError } from './errors.ts';

export interface Login {
  readonly url: string;
  readonly apiKey?: string | undefined;
}

/** What of Node is used, where this is Node; bundlers for browsers have nothing to follow. */
interface NodeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule(name: 'node:fs'): typeof import('node:fs') | undefined;
}

const node = () => (globalThis as { process?: NodeProcess }).process;

/**
 * Where to ask and as whom, where the program does not say, or only where: SEGMENTRY_URL and SEGMENTRY_API_KEY, else
 * what `segmentry login` has kept, of SEGMENTRY_PROFILE or of the last login. A stored key goes to no other address, and
 * one of the environment to no other than SEGMENTRY_URL, where that is set.
 * @throws SegmentryError `no_address` where nothing says it, as in a browser.
 */
export function findLogin(given?: string): Login {
  const { SEGMENTRY_URL, SEGMENTRY_API_KEY: apiKey } = readEnvironment();
  const url = given ?? (SEGMENTRY_URL || undefined);
  if (url !== undefined) {
    const isMeant = !SEGMENTRY_URL || withoutSlash(SEGMENTRY_URL) === withoutSlash(url);
    return { url, apiKey: (isMeant && apiKey) || undefined };
  }
  const stored = readStored();
  if (stored !== undefined) return apiKey ? { ...stored, apiKey } : stored;
  throw new SegmentryError(
    'no_address',
    'Say where the API is: new Segmentry({ url, apiKey }). In Node SEGMENTRY_URL and SEGMENTRY_API_KEY say it too, and so does "segmentry login".',
  );
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

/** Deno has one too, and throws where it may not be read. */
function readEnvironment(): NodeProcess['env'] {
  try {
    const { SEGMENTRY_URL, SEGMENTRY_API_KEY } = node()?.env ?? {};
    return { SEGMENTRY_URL, SEGMENTRY_API_KEY };
  } catch {
    return {};
  }
}

function readStored(): Login | undefined {
  try {
    const { env = {} } = node() ?? {};
    const fs = node()?.getBuiltinModule('node:fs');
    const home = env.XDG_CONFIG_HOME || `${env.HOME || env.USERPROFILE}/.config`;
    const { current, profiles } = JSON.parse(
      fs?.readFileSync(`${home}/segmentry/profiles.json`, 'utf8') ?? '{}',
    );
    const { url, apiKey } = profiles[env.SEGMENTRY_PROFILE || current];
    return { url, apiKey };
  } catch {
    return undefined;
  }
}
