import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface WeightsCacheOptions<Model> {
  /** May be shared by processes. */
  readonly folder: string;
  /** What the files may take together; one that is larger is kept alone. */
  readonly limitBytes: number;
  readonly fetch: (model: Model) => Promise<Uint8Array>;
}

/** What was fetched, or lay in the cache, is not what was named. */
export class WrongWeightsError extends Error {
  constructor(sha256: string, found: string) {
    super(`The weights should have the SHA-256 ${sha256}, but have ${found}.`);
    this.name = 'WrongWeightsError';
  }
}

/**
 * Weights on this machine's disk, each file named by its SHA-256. What is read is always verified, so a file that
 * is broken or was tampered with is fetched anew.
 */
export function createWeightsCache<Model extends { readonly sha256: string }>({
  folder,
  limitBytes,
  fetch,
}: WeightsCacheOptions<Model>) {
  return {
    /** @throws WrongWeightsError where what was fetched has another hash. */
    async read(model: Model): Promise<Uint8Array> {
      const path = join(folder, model.sha256);
      const kept = await readFile(path).catch(() => undefined);
      if (kept !== undefined && hashOf(kept) === model.sha256) {
        await touch(path);
        return kept;
      }
      const fetched = await fetch(model);
      const found = hashOf(fetched);
      if (found !== model.sha256) throw new WrongWeightsError(model.sha256, found);
      await makeRoom(folder, limitBytes - fetched.byteLength);
      await keep(path, fetched);
      return fetched;
    },
  };

  /** Whole under its name, or not there. */
  async function keep(path: string, bytes: Uint8Array): Promise<void> {
    const part = `${path}.${randomUUID()}.part`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(part, bytes);
      await rename(part, path);
    } catch {
      // A full disk costs a fetch at the next start, not the job.
      await rm(part, { force: true }).catch(() => {});
    }
  }
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Another process may have removed it meanwhile. */
const touch = (path: string) => utimes(path, new Date(), new Date()).catch(() => {});

/** Removes the files used longest ago until what is left fits. */
async function makeRoom(folder: string, limitBytes: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const facts = await stat(path).catch(() => undefined);
      return { path, bytes: facts?.size ?? 0, usedAt: facts?.mtimeMs ?? 0 };
    }),
  );
  let taken = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (taken <= limitBytes) return;
    await rm(path, { force: true });
    taken -= bytes;
  }
}
