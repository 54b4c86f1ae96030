import { createWriteStream, lstatSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { resolvePath } from '../resolve-path.ts';

/** A file that the service answers with: into `path`, which has all of it or what was there before; else to stdout. */
export async function saveAnswer(answer: Response, path: string | undefined): Promise<void> {
  const body = Readable.fromWeb(answer.body as ReadableStream);
  if (path === undefined) return pipeline(body, process.stdout, { end: false });
  const target = resolvePath(path);
  // A link, a pipe or a device is written to, not replaced.
  const isFile = lstatSync(target, { throwIfNoEntry: false })?.isFile() ?? true;
  if (!isFile) return pipeline(body, createWriteStream(target));
  const part = `${target}.part`;
  try {
    await pipeline(body, createWriteStream(part));
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
}
