import type { FrameDocument } from '../../../contracts/video-result.ts';
import type { Job } from '../../entities/job.ts';
import type { ObjectStore } from '../../entities/objects.ts';
import { framesKey } from '../../entities/video.ts';
import type { ExportedResult } from './exported-result.ts';

export interface ReadFrameResultsPorts {
  readonly objects: Pick<ObjectStore, 'read'>;
}

/**
 * What a video's job found in each frame, read as it is asked for: a long video's lines are never all in memory. They are
 * as a worker of ours has written them, and may be gigabytes: nothing is checked on the way.
 */
export async function* readFrameResults(
  { id: jobId }: Job,
  filename: string,
  { objects }: ReadFrameResultsPorts,
): AsyncGenerator<ExportedResult> {
  let frame = 0;
  for await (const line of readLines(objects.read(framesKey(jobId)))) {
    const document: FrameDocument = JSON.parse(line);
    yield { jobId, filename, frame, document };
    frame += 1;
  }
}

async function* readLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
