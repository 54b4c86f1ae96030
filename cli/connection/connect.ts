import { type Command, Option } from 'commander';
import { Segmentry } from '../../client/index.ts';
import { UsageError } from '../usage-error.ts';
import { NotLoggedInError } from './not-logged-in.ts';
import { type Profile, readProfiles } from './profiles.ts';

export interface ConnectionFlags {
  readonly url?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

export interface Connection {
  readonly url: string;
  readonly apiKey: string;
  /** The stored login, where it is one. */
  readonly profile?: Profile | undefined;
  readonly profileName?: string | undefined;
}

/** What every command takes that asks a deployment. */
export const addConnectionOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--url <address>', 'the address of the API; the stored one where absent').env(
        'SEGMENTRY_URL',
      ),
    )
    .addOption(
      new Option('--profile <name>', 'which stored login to use; that of the last login where absent').env(
        'SEGMENTRY_PROFILE',
      ),
    )
    .option('--json', 'print JSON: of a list, one item a line');

/** A command that asks a deployment. */
export const addRemoteCommand = (
  parent: Command,
  name: string,
  description: string,
  isDefault = false,
): Command => addConnectionOptions(parent.command(name, { isDefault }).description(description));

interface StoredLogin {
  readonly name: string;
  readonly profile: Profile;
}

/**
 * The address that is meant, and the stored login for it: the one of the name or the last one where it is of that
 * address, else any that is.
 * @throws NotLoggedInError where none has the name, UsageError
 */
function findStored(flags: ConnectionFlags): { url?: string | undefined; login?: StoredLogin | undefined } {
  const { current, profiles } = readProfiles();
  const name = flags.profile ?? current;
  const stored = profiles[name];
  if (flags.profile !== undefined && stored === undefined) {
    throw new NotLoggedInError(
      `There is no login called "${name}". Run: segmentry login --profile ${name} --url ADDRESS`,
    );
  }
  const url = flags.url === undefined ? stored?.url : checkUrl(flags.url);
  const all = Object.entries(profiles).map(([each, profile]) => ({ name: each, profile }));
  const logins = stored === undefined ? all : [{ name, profile: stored }, ...all];
  return { url, login: logins.find(({ profile }) => profile.url === url) };
}

/** @throws NotLoggedInError, UsageError */
export function findLogin(flags: ConnectionFlags): StoredLogin {
  const { url, login } = findStored(flags);
  if (login !== undefined) return login;
  const [where, flag] = url === undefined ? ['', ''] : [` at ${url}`, ` --url ${url}`];
  throw new NotLoggedInError(
    `You are not logged in${where}. Run "segmentry login${flag}", or set SEGMENTRY_URL and SEGMENTRY_API_KEY.`,
  );
}

/**
 * Where to ask, and as whom: a key of the environment, else the stored login. A stored key goes to no other
 * address than the one that it was made for.
 * @throws NotLoggedInError, UsageError
 */
export function findConnection(flags: ConnectionFlags): Connection {
  const fromEnvironment = process.env.SEGMENTRY_API_KEY;
  if (fromEnvironment) {
    const { url } = findStored(flags);
    if (url !== undefined) return { url, apiKey: fromEnvironment };
  }
  const { name, profile } = findLogin(flags);
  return { url: profile.url, apiKey: profile.apiKey, profile, profileName: name };
}

/** For what needs no key, such as signing in: one of the environment is not sent along. */
export const connectAsNobody = (url: string): Segmentry => new Segmentry({ url, token: () => undefined });

export const connect = (flags: ConnectionFlags): Segmentry => new Segmentry(findConnection(flags));

/** @throws UsageError */
export function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`"${text}" is no address of an API. One looks like https://segmentry.example.org.`);
  }
  return text.replace(/\/+$/, '');
}
