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

/**
 * Where to ask, and as whom: a key of the environment, else the stored login. A stored key goes to no other
 * address than the one that it was made for.
 * @throws NotLoggedInError, UsageError
 */
export function findConnection(flags: ConnectionFlags): Connection {
  const { current, profiles } = readProfiles();
  const name = flags.profile ?? current;
  const stored = profiles[name];
  if (flags.profile !== undefined && stored === undefined) {
    throw new NotLoggedInError(
      `There is no login called "${name}". Run: segmentry login --profile ${name} --url ADDRESS`,
    );
  }
  const url = flags.url === undefined ? stored?.url : checkUrl(flags.url);
  const fromEnvironment = process.env.SEGMENTRY_API_KEY;
  if (fromEnvironment && url !== undefined) return { url, apiKey: fromEnvironment };
  const fitting =
    url === undefined || stored?.url === url
      ? ([name, stored] as const)
      : Object.entries(profiles).find(([, profile]) => profile.url === url);
  if (fitting?.[1] === undefined || url === undefined) {
    const where = url === undefined ? '' : ` at ${url}`;
    throw new NotLoggedInError(
      `You are not logged in${where}. Run "segmentry login${url === undefined ? '' : ` --url ${url}`}", or set SEGMENTRY_URL and SEGMENTRY_API_KEY.`,
    );
  }
  const [profileName, profile] = fitting;
  return { url, apiKey: profile.apiKey, profile, profileName };
}

export const connect = (flags: ConnectionFlags): Segmentry => new Segmentry(findConnection(flags));

/** @throws UsageError */
export function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`"${text}" is no address of an API. One looks like https://segmentry.example.org.`);
  }
  return text.replace(/\/+$/, '');
}
