import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../usage-error.ts';

const Profile = z.object({
  url: z.url(),
  apiKey: z.string(),
  email: z.string().optional(),
  /** Of a key that the login made; one that was given has its id where it was made. */
  keyId: z.string().optional(),
  keyExpiresAt: z.iso.datetime().optional(),
  consoleUrl: z.url().optional(),
});
/** A stored login. */
export type Profile = z.infer<typeof Profile>;

const Profiles = z.object({
  /** The one that is used where none is named: that of the last login. */
  current: z.string(),
  profiles: z.record(z.string(), Profile),
});
export type Profiles = z.infer<typeof Profiles>;

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

export const profilesPath = (): string =>
  join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'segmentry', 'profiles.json');

/** @throws UsageError where the file is not what this command wrote. */
export function readProfiles(): Profiles {
  const path = profilesPath();
  try {
    return Profiles.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { current: 'default', profiles: {} };
    throw new UsageError(`${path} can't be read. Mend it, or remove it and log in anew.`, { cause });
  }
}

/** Keys are for their owner's eyes, from the first byte on; what dies in between leaves the old file whole. */
export function writeProfiles(profiles: Profiles): void {
  const path = profilesPath();
  mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(profiles, null, 2)}\n`, { mode: OWNER_ONLY });
  renameSync(draft, path);
}
