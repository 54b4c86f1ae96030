import type { ResultDocument } from '../../contracts/result-document.ts';
import { DomainError } from '../entities/errors.ts';
import { imageKey } from '../entities/image.ts';
import { framesLink } from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { loadDocument } from '../entities/stored-result.ts';
import type { RequestContext } from '../request/authenticate.ts';
import { type ReadResultPorts, readResult } from './read-result.ts';

export interface DrawOverlayPorts extends ReadResultPorts {
  readonly objects: Pick<ObjectStore, 'has' | 'get' | 'put'>;
  /** @returns PNG bytes. */
  readonly draw: (image: Uint8Array, document: ResultDocument) => Promise<Uint8Array>;
}

export const overlayKey = (jobId: string) => `overlays/${jobId}.png`;

/** A video has no one image to draw over. */
class NoOverlayError extends DomainError {
  readonly code = 'no_overlay';
  readonly kind = 'unprocessable';

  constructor(jobId: string) {
    super(`Job ${jobId} belongs to a video, which has no overlay. See ${framesLink(jobId)}.`);
  }
}

/**
 * Draws a job's result over its image, once.
 * @returns the key of the drawing.
 * @throws JobNotFoundError, JobUnfinishedError, JobWithoutResultError, NoOverlayError
 */
export async function drawOverlay(
  jobId: string,
  context: RequestContext<'job' | 'result'>,
  ports: DrawOverlayPorts,
): Promise<string> {
  const { job, result } = await readResult(jobId, context, ports);
  if (job.video !== undefined) throw new NoOverlayError(jobId);
  const key = overlayKey(jobId);
  if (await ports.objects.has(key)) return key;
  const image = await ports.objects.get(imageKey(job.mediaId));
  const document = await loadDocument(result, ports.objects);
  await ports.objects.put(key, await ports.draw(image, document), 'image/png');
  return key;
}
