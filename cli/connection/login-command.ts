import { hostname } from 'node:os';
import type { Command } from 'commander';
import { Segmentry } from '../../client/index.ts';
import { toCount } from '../options/parse-values.ts';
import { printDone } from '../terminal/print.ts';
import { UsageError } from '../usage-error.ts';
import { addRemoteCommand, type ConnectionFlags, checkUrl, connectAsNobody } from './connect.ts';
import { inSession } from './in-session.ts';
import { findLocalStack } from './local-stack.ts';
import { profilesPath, readProfiles, writeProfiles } from './profiles.ts';
import { askSecret, askText } from './prompt.ts';

interface LoginFlags extends ConnectionFlags {
  readonly email?: string;
  readonly register?: boolean;
  readonly invite?: string;
  readonly key?: boolean;
  readonly admin?: boolean;
  readonly expiresDays: number;
}

const DAY_MS = 86_400_000;

/** `segmentry login` */
export function addLoginCommand(program: Command): void {
  addRemoteCommand(
    program,
    'login',
    'Stores a key for a deployment, readable by you alone. Email and password are asked for and not kept: they make a ' +
      'key that can read and write, and manage no account. Where the password is not typed it is read from stdin.',
  )
    .option('--email <address>', 'your account; asked for where absent')
    .option('--register', 'make the account first, where the deployment lets you')
    .option('--invite <token>', 'the invitation to register with')
    .option('--key', 'ask for an API key that you have, instead of email and password')
    .option('--admin', 'let the key add models, too; for admins')
    .option('--expires-days <days>', 'how long the key is valid', toCount, 365)
    .action(login);
}

async function login(flags: LoginFlags): Promise<void> {
  const stored = readProfiles();
  const name = flags.profile ?? stored.current;
  const local = findLocalStack();
  const url = checkUrl(flags.url ?? (await findUrl(stored.profiles[name]?.url, local?.apiUrl)));
  await connectAsNobody(url).api.health();
  const { key, user } = flags.key === true ? await takeKey(url) : await makeKey(url, flags);
  const profile = {
    url,
    apiKey: key.key,
    email: user.email,
    ...(key.id !== undefined && { keyId: key.id }),
    ...(key.expiresAt !== undefined && { keyExpiresAt: key.expiresAt }),
    ...(local?.apiUrl === url && local.consoleUrl !== undefined && { consoleUrl: local.consoleUrl }),
  };
  writeProfiles({ current: name, profiles: { ...stored.profiles, [name]: profile } });
  printDone(
    `Logged in at ${url} as ${user.email}${name === 'default' ? '' : ` (profile ${name})`}. The key is in ${profilesPath()}.`,
    { profile: name, url, email: user.email, keyExpiresAt: key.expiresAt ?? null },
    flags.json,
  );
}

/** A stack on this machine has another port each time that it is started, and takes the place of an earlier one. */
async function findUrl(stored: string | undefined, local: string | undefined): Promise<string> {
  const isElsewhere = stored !== undefined && new URL(stored).hostname !== '127.0.0.1';
  const known = isElsewhere ? stored : (local ?? stored);
  return known ?? (await askText('Address of the API', '--url ADDRESS'));
}

interface Login {
  readonly key: { readonly key: string; readonly id?: string; readonly expiresAt?: string | undefined };
  readonly user: { readonly email: string };
}

async function takeKey(url: string): Promise<Login> {
  const key = (await askSecret('API key')).trim();
  if (key === '') throw new UsageError('There is no key at stdin.');
  return { key: { key }, user: await new Segmentry({ url, apiKey: key }).api.getMe() };
}

async function makeKey(url: string, flags: LoginFlags): Promise<Login> {
  const email = flags.email ?? (await askText('Email', '--email ADDRESS'));
  const password = await askSecret('Password');
  const { api } = connectAsNobody(url);
  if (flags.register === true || flags.invite !== undefined) {
    const { invite } = flags;
    await api.registerUser({
      email,
      password,
      passwordConfirmation: password,
      ...(invite !== undefined && { invite }),
    });
  }
  return inSession(url, { email, password }, async (asPerson) => {
    const user = await asPerson.getMe();
    const key = await asPerson.createApiKey({
      name: `segmentry on ${hostname()}`.slice(0, 64),
      scopes: ['read', 'write', ...(flags.admin === true ? (['admin'] as const) : [])],
      expiresAt: new Date(Date.now() + flags.expiresDays * DAY_MS).toISOString(),
    });
    return { key, user };
  });
}
