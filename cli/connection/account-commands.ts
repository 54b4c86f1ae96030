import type { Command } from 'commander';
import { Segmentry } from '../../client/index.ts';
import { formatTime, printDone, printItem } from '../terminal/print.ts';
import { UsageError } from '../usage-error.ts';
import { addRemoteCommand, type ConnectionFlags, findConnection, findLogin } from './connect.ts';
import { inSession } from './in-session.ts';
import { type Profile, readProfiles, writeProfiles } from './profiles.ts';
import { askSecret } from './prompt.ts';

interface LogoutFlags extends ConnectionFlags {
  readonly revoke?: boolean;
}

/** `segmentry logout` and `segmentry whoami` */
export function addAccountCommands(program: Command): void {
  addRemoteCommand(program, 'logout', 'Forgets the stored key of a deployment.')
    .option('--revoke', 'make the key worthless everywhere, too; asks for your password')
    .action((flags: LogoutFlags, command: Command) => logout(asTyped(flags, command)));
  addRemoteCommand(program, 'whoami', 'Says who you are, and where.').action(whoami);
}

/** Who names a login means that one, whatever the environment says of the other option. */
function asTyped({ url, profile, ...flags }: LogoutFlags, command: Command): LogoutFlags {
  const sources = ['url', 'profile'].map((name) => command.getOptionValueSource(name));
  const isMeant = (index: 0 | 1) => sources[index] === 'cli' || sources[1 - index] !== 'cli';
  return {
    ...flags,
    ...(url !== undefined && isMeant(0) && { url }),
    ...(profile !== undefined && isMeant(1) && { profile }),
  };
}

async function logout(flags: LogoutFlags): Promise<void> {
  const { name, profile } = findLogin(flags);
  if (flags.profile !== undefined && flags.profile !== name) {
    throw new UsageError(`The login "${flags.profile}" is not of ${profile.url}: name either of them.`);
  }
  if (flags.revoke === true) await revoke(profile);
  const { current, profiles } = readProfiles();
  const { [name]: _, ...rest } = profiles;
  writeProfiles({ current: current in rest ? current : (Object.keys(rest)[0] ?? 'default'), profiles: rest });
  const end = flags.revoke === true ? 'Its key is worthless now.' : 'Its key stays valid: --revoke ends it.';
  printDone(
    `Logged out of ${profile.url}. ${end}`,
    { profile: name, url: profile.url, revoked: flags.revoke === true },
    flags.json,
  );
}

/** A key can't end itself: keys manage no keys. @throws UsageError for a key that no login made. */
async function revoke({ url, email = '', keyId }: Profile): Promise<void> {
  if (keyId === undefined)
    throw new UsageError('This key was given, not made here: revoke it where it was made.');
  const password = await askSecret(`Password of ${email}`);
  await inSession(url, { email, password }, (api) => api.deleteApiKey({ id: keyId }));
}

async function whoami(flags: ConnectionFlags): Promise<void> {
  const connection = findConnection(flags);
  const { api } = new Segmentry(connection);
  const [user, credits] = await Promise.all([api.getMe(), api.getCredits()]);
  const { profile, profileName, url } = connection;
  const expires = profile?.keyExpiresAt;
  const others = Object.keys(readProfiles().profiles).filter((name) => name !== profileName);
  printItem(
    {
      email: user.email,
      id: user.id,
      role: user.role,
      url,
      profile: profileName ?? 'none: the key is from SEGMENTRY_API_KEY',
      ...(expires !== undefined && { keyExpires: flags.json === true ? expires : formatTime(expires) }),
      credits: credits.balance,
      ...(others.length > 0 && { otherProfiles: others }),
    },
    flags.json,
  );
}
