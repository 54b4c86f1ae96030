import type { RefusedEntry } from '../../contracts/http/uploads.ts';
import { derivedUuid } from '../entities/ids.ts';
import { type ImageRepository, imageKey } from '../entities/image.ts';
import {
  archiveKey,
  type EntryProgress,
  type Upload,
  type UploadChunkRepository,
  type UploadRepository,
} from '../entities/upload.ts';
import { type VideoRepository, videoKey } from '../entities/video.ts';
import { type AddToDatasetPorts, addToDataset } from '../uploads/add-upload-to-dataset.ts';
import { ENTRIES_PER_CHUNK } from '../uploads/plan-zip.ts';

export interface FinishStalledUploadPorts extends AddToDatasetPorts {
  readonly uploads: UploadChunkRepository & Pick<UploadRepository, 'completeVideo' | 'fail'>;
  readonly images: Pick<ImageRepository, 'findOwn'>;
  readonly videos: Pick<VideoRepository, 'findOwn'>;
  readonly objects: { remove(key: string): Promise<void> };
}

const REASON = 'for a reason other than the file. Upload it again.';

/**
 * Ends an upload that nobody works on any more. What of it is stored and charged counts as taken in; the rest
 * is refused, and what was set aside for it is let go.
 */
export async function finishStalledUpload(upload: Upload, ports: FinishStalledUploadPorts): Promise<void> {
  if (upload.entries !== undefined) {
    await finishChunks(upload, upload.entries, ports);
  } else if (upload.kind === 'video' && (await isStored(upload, ports))) {
    await ports.uploads.completeVideo(upload, upload.mediaId);
  } else {
    const detail = `It could not be taken in ${REASON}`;
    await ports.uploads.fail(upload, { name: upload.filename, code: 'upload_failed', detail });
    await removeObjects([upload.mediaId], ports);
  }
  await ports.objects.remove(archiveKey(upload.id));
}

const isStored = async ({ mediaId, userId }: Upload, { videos }: FinishStalledUploadPorts) =>
  (await videos.findOwn([mediaId], userId)).has(mediaId);

async function finishChunks(upload: Upload, entries: EntryProgress, ports: FinishStalledUploadPorts) {
  let missing = entries.total - entries.done - entries.refused;
  for (let chunk = 0; chunk < entries.chunkCount; chunk += 1) {
    if (await ports.uploads.hasChunk(upload.id, chunk)) continue;
    const { images, videos } = await collectStored(upload, chunk, ports);
    const stored = images.length + videos.length;
    const refusedCount = Math.max(0, Math.min(missing, ENTRIES_PER_CHUNK) - stored);
    missing -= stored + refusedCount;
    const refused = refusedCount === 0 ? [] : [toRefusedEntry(upload, chunk, refusedCount)];
    await ports.uploads.addChunk(upload, { chunk, images, videos, refused, refusedCount });
  }
  await ports.uploads.end(upload.id);
}

/** What a chunk's worker had stored before it died. Ids follow from the upload and the entry. */
async function collectStored(upload: Upload, chunk: number, ports: FinishStalledUploadPorts) {
  const ids = Array.from({ length: ENTRIES_PER_CHUNK }, (_, index) =>
    derivedUuid(upload.id, chunk * ENTRIES_PER_CHUNK + index),
  );
  const images = await ports.images.findOwn(ids, upload.userId);
  const videos = await ports.videos.findOwn(ids, upload.userId);
  if (upload.dataset !== undefined) {
    for (const thing of images.values()) await addToDataset(upload.dataset, { type: 'image', thing }, ports);
    for (const thing of videos.values()) await addToDataset(upload.dataset, { type: 'video', thing }, ports);
  }
  await removeObjects(
    ids.filter((id) => !images.has(id) && !videos.has(id)),
    ports,
  );
  return { images: [...images.keys()], videos: [...videos.keys()] };
}

/** Takes away what was stored and never written down. */
async function removeObjects(ids: readonly string[], { objects }: FinishStalledUploadPorts): Promise<void> {
  for (const id of ids) await Promise.all([objects.remove(imageKey(id)), objects.remove(videoKey(id))]);
}

function toRefusedEntry({ filename: name }: Upload, chunk: number, count: number): RefusedEntry {
  const first = chunk * ENTRIES_PER_CHUNK + 1;
  const among = `${first} to ${first + ENTRIES_PER_CHUNK - 1}`;
  const detail = `${count} of its entries, among the ${among}, could not be taken in ${REASON}`;
  return { name, code: 'entries_failed', detail };
}
