import { Segmentry, type Tokens, type User } from '../../client/index.ts';

/** Who is signed in, kept across reloads and shared by all tabs of the browser. */
const STORAGE_KEY = 'segmentry-session';

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
}

/** A token is renewed before it ends, so that no request has to wait for a refusal. */
const EARLY_MS = 60_000;

const listeners = new Set<() => void>();

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function readSession(): Session | undefined {
  try {
    const text = localStorage.getItem(STORAGE_KEY);
    return text === null ? undefined : (JSON.parse(text) as Session);
  } catch {
    return undefined;
  }
}

function writeSession(tokens: Tokens | undefined): void {
  if (tokens === undefined) localStorage.removeItem(STORAGE_KEY);
  else {
    const { accessToken, refreshToken, expiresIn } = tokens;
    const session: Session = { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 };
    localStorage.setItem(STORAGE_KEY, JSON.stringify(session));
  }
  for (const listener of listeners) listener();
}

/** The id of whoever is signed in, as the access token says it. */
export function sessionOwner(): string | undefined {
  try {
    const [, claims = ''] = readSession()?.accessToken.split('.') ?? [];
    const { sub } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as { sub?: string };
    return sub;
  } catch {
    return undefined;
  }
}

/** Whether the last session ended by itself, so that who comes back is told why. */
export let hasExpired = false;

addEventListener('storage', ({ key }) => {
  if (key === STORAGE_KEY) for (const listener of listeners) listener();
});

/** Routes that need nobody. */
const open = new Segmentry({ url: location.origin });

/**
 * A refresh token is good once: of several tabs one trades it, and the others take what it got.
 * @throws what kept the service from answering, which says nothing about the session.
 */
function renew(refused: string): Promise<string | undefined> {
  return exclusively(async () => {
    const session = readSession();
    if (session === undefined || session.accessToken !== refused) return session?.accessToken;
    try {
      const tokens = await open.api.refreshSession({ refreshToken: session.refreshToken });
      writeSession(tokens);
      return tokens.accessToken;
    } catch (error) {
      if ((error as { status?: number }).status !== 401) throw error;
      hasExpired = true;
      writeSession(undefined);
      return undefined;
    }
  });
}

/** Browsers have locks on secure origins only, of which loopback is one. */
const exclusively = <Value>(work: () => Promise<Value>): Promise<Value> =>
  navigator.locks === undefined
    ? work()
    : (navigator.locks.request('segmentry-session', work) as Promise<Value>);

async function accessToken(refused?: string): Promise<string | undefined> {
  const session = readSession();
  if (session === undefined) return undefined;
  const isOld = session.accessToken === refused || Date.now() > session.expiresAt - EARLY_MS;
  return isOld ? renew(session.accessToken) : session.accessToken;
}

/** The client of whoever is signed in. */
export const segmentry = new Segmentry({
  url: location.origin,
  liveUrl: `${location.origin.replace(/^http/, 'ws')}/live`,
  token: accessToken,
});

export async function signIn(email: string, password: string): Promise<void> {
  writeSession(await open.api.signIn({ email, password }));
  hasExpired = false;
}

export async function register(account: { email: string; password: string; invite?: string }): Promise<User> {
  const user = await open.api.registerUser({ ...account, passwordConfirmation: account.password });
  await signIn(account.email, account.password);
  return user;
}

export async function signOut(): Promise<void> {
  await segmentry.api.signOut().catch(() => undefined);
  hasExpired = false;
  writeSession(undefined);
}

/** The account with all that it owns; its sessions end with it. */
export async function deleteAccount(currentPassword: string): Promise<void> {
  await segmentry.api.deleteMe({ currentPassword });
  writeSession(undefined);
}

export const resetPassword = (token: string, password: string) =>
  open.api.resetPassword({ token, password, passwordConfirmation: password });
