import { createHash } from 'node:crypto';
import type { AnalysisOptions } from '../contracts/analysis-options.ts';
import type { Keep } from '../contracts/http/images.ts';
import { type Image, imageKey } from './image.ts';
import { type Job, type PlannedJob, queuedJobs } from './job.ts';

/** A picture as it is stored: checked, oriented, without metadata. */
export interface NormalizedPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly contentType: string;
}

/** One uploaded picture on its way into the store, with all ids already chosen. */
export interface IncomingPicture {
  readonly imageId: string;
  readonly userId: string;
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly keep: Keep;
  readonly options: AnalysisOptions;
  readonly jobs: readonly PlannedJob[];
}

export interface StorePicturePorts {
  /** @throws UnusablePictureError */
  readonly normalizePicture: (bytes: Uint8Array, keep: Keep) => Promise<NormalizedPicture>;
  readonly objects: { put(key: string, body: Uint8Array, contentType: string): Promise<void> };
  readonly now: () => Date;
}

export interface StoredPicture {
  readonly image: Image;
  readonly jobs: Job[];
}

/**
 * Checks and stores one picture under its UUID. Repeating it with the same ids overwrites the same object
 * with the same bytes, so a caller that died half-way may simply run it again.
 * @returns the records that remain to be written.
 * @throws UnusablePictureError where the bytes are no usable picture; nothing is stored then.
 */
export async function storePicture(
  incoming: IncomingPicture,
  ports: StorePicturePorts,
): Promise<StoredPicture> {
  const normalized = await ports.normalizePicture(incoming.bytes, incoming.keep);
  await ports.objects.put(imageKey(incoming.imageId), normalized.bytes, normalized.contentType);
  const now = ports.now();
  const image: Image = {
    id: incoming.imageId,
    userId: incoming.userId,
    sha256: createHash('sha256').update(incoming.bytes).digest('hex'),
    filename: incoming.filename,
    width: normalized.width,
    height: normalized.height,
    sizeBytes: normalized.bytes.byteLength,
    originalSizeBytes: incoming.bytes.byteLength,
    contentType: normalized.contentType,
    uploadedAt: now.toISOString(),
    modifiedAt: now.toISOString(),
  };
  return { image, jobs: queuedJobs(incoming.jobs, image, { options: incoming.options, now }) };
}
