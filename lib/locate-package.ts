import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where packages of other platforms are kept; `npm ci` clears it. */
const CACHE = join('node_modules', '.cache', 'segmentry');

/** How a package's archive comes into a folder. */
export type FetchArchive = (wanted: string, folder: string) => void;

/**
 * Where a file or folder of a package is: as `npm ci` installed it, else, for another platform than this machine's,
 * out of the archive that the lock file names, fetched once and checked against it.
 * @throws where the lock file has no such package, or the archive is not the one that it names.
 */
export function locatePackage(path: string, fetchArchive: FetchArchive = packByNpm, cache = CACHE): string {
  const installed = resolve('node_modules', path);
  if (existsSync(installed)) return installed;
  const parts = path.split('/');
  const name = parts.slice(0, path.startsWith('@') ? 2 : 1).join('/');
  const { version, integrity } = readLocked(name);
  const folder = resolve(cache, `${name}-${version}`);
  if (!existsSync(folder)) unpack({ wanted: `${name}@${version}`, integrity, folder }, fetchArchive);
  return join(folder, ...parts.slice(name.split('/').length));
}

interface Locked {
  readonly version: string;
  readonly integrity: string;
}

function readLocked(name: string): Locked {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, Locked | undefined>;
  };
  const locked = packages[`node_modules/${name}`];
  if (locked !== undefined) return locked;
  throw new Error(`package-lock.json has no ${name}: it may not exist for the platform that is deployed to.`);
}

interface Wanted {
  readonly wanted: string;
  readonly integrity: string;
  readonly folder: string;
}

function unpack({ wanted, integrity, folder }: Wanted, fetchArchive: FetchArchive): void {
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    fetchArchive(wanted, work);
    const archive = readdirSync(work).find((file) => file.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`No archive came of ${wanted}.`);
    checkIntegrity(wanted, readFileSync(join(work, archive)), integrity);
    run('tar', ['-xzf', archive], work);
    renameSync(join(work, 'package'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function checkIntegrity(wanted: string, archive: Buffer, integrity: string): void {
  const [algorithm = '', expected] = integrity.split(/-(.*)/s);
  const found = createHash(algorithm).update(archive).digest('base64');
  if (found !== expected) {
    throw new Error(
      `The archive of ${wanted} is not the one that package-lock.json names: nothing was bundled.`,
    );
  }
}

const packByNpm: FetchArchive = (wanted, folder) =>
  run('npm', ['pack', wanted, '--silent', '--ignore-scripts', '--pack-destination', folder], process.cwd());

/** @throws with what the program said. */
function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${error?.message ?? stderr.trim()}`);
}
