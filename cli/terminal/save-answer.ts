import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { resolvePath } from '../resolve-path.ts';

/** A file that the service answers with: into `path`, or to stdout where there is none. */
export async function saveAnswer(answer: Response, path: string | undefined): Promise<void> {
  const body = Readable.fromWeb(answer.body as ReadableStream);
  if (path !== undefined) await pipeline(body, createWriteStream(resolvePath(path)));
  else for await (const piece of body) process.stdout.write(piece);
}
