import { createWriteStream, lstatSync } from 'node:fs';
import { chmod, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { resolvePath } from '../resolve-path.ts';

/** A file that the service answers with: into `path`, which has all of it or what was there before; else to stdout. */
export async function saveAnswer(answer: Response, path: string | undefined): Promise<void> {
  // Made where it is read: nobody would hear of a connection that breaks off before.
  const body = () => Readable.fromWeb(answer.body as ReadableStream);
  if (path === undefined) return pipeline(body(), process.stdout, { end: false });
  const target = resolvePath(path);
  // A link, a pipe or a device is written to, not replaced.
  const earlier = lstatSync(target, { throwIfNoEntry: false });
  const mode = earlier === undefined ? undefined : earlier.mode & 0o777;
  const part = `${target}.${process.pid}.part`;
  const file = earlier === undefined || earlier.isFile() ? await openNew(part, mode) : undefined;
  // So is a file in a folder that takes no other.
  if (file === undefined) return pipeline(body(), createWriteStream(target));
  try {
    await pipeline(body(), file.createWriteStream());
    if (mode !== undefined) await chmod(part, mode);
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
}

/** @returns undefined where the folder lets none be made. */
async function openNew(path: string, mode = 0o666) {
  try {
    return await open(path, 'wx', mode);
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
