import type { RefusedEntry } from '../../contracts/http/uploads.ts';
import { type ImageRepository, imageKey } from '../entities/image.ts';
import type { ObjectStore } from '../entities/objects.ts';
import {
  archiveKey,
  type EntryProgress,
  idsOfChunk,
  type Upload,
  type UploadChunkRepository,
  type UploadRepository,
  type ZipChunk,
} from '../entities/upload.ts';
import { type VideoRepository, videoKey } from '../entities/video.ts';
import { type AddToDatasetPorts, addToDataset } from '../uploads/add-upload-to-dataset.ts';

export interface FinishStalledUploadPorts extends AddToDatasetPorts {
  readonly uploads: UploadChunkRepository & Pick<UploadRepository, 'completeVideo' | 'fail'>;
  readonly images: Pick<ImageRepository, 'findOwn'>;
  readonly videos: Pick<VideoRepository, 'findOwn'>;
  readonly objects: Pick<ObjectStore, 'remove'>;
}

const REASON = 'for a reason other than the file. Upload it again.';

/**
 * Ends an upload that no worker will continue. What is stored and charged counts as taken in; the rest
 * is refused, and what was set aside for it is let go.
 */
export async function finishStalledUpload(upload: Upload, ports: FinishStalledUploadPorts): Promise<void> {
  await ports.uploads.close(upload.id);
  if (upload.entries !== undefined) {
    await finishChunks(upload, upload.entries, ports);
  } else if (upload.kind === 'video' && (await isStored(upload, ports))) {
    await ports.uploads.completeVideo(upload, upload.mediaId);
  } else {
    const detail =
      upload.status === 'waiting'
        ? 'Nothing that came by its form in time could be taken in. Upload it again.'
        : `It could not be taken in ${REASON}`;
    await ports.uploads.fail(upload, { name: upload.filename, code: 'upload_failed', detail });
    await removeObjects([upload.mediaId], ports);
  }
  await ports.objects.remove(archiveKey(upload.id));
}

const isStored = async ({ mediaId, userId }: Upload, { videos }: FinishStalledUploadPorts) =>
  (await videos.findOwn([mediaId], userId)).has(mediaId);

async function finishChunks(upload: Upload, entries: EntryProgress, ports: FinishStalledUploadPorts) {
  for (const chunk of entries.chunks.keys()) await finishChunk(upload, chunk, ports);
  await ports.uploads.end(upload.id);
}

/** Ends one chunk of a zip that no worker will continue, and the upload where it was the last chunk. */
export async function finishDeadChunk(
  upload: Upload,
  chunk: number,
  ports: FinishStalledUploadPorts,
): Promise<void> {
  await finishChunk(upload, chunk, ports);
  if (await ports.uploads.end(upload.id)) await ports.objects.remove(archiveKey(upload.id));
}

async function finishChunk(upload: Upload, chunk: number, ports: FinishStalledUploadPorts): Promise<void> {
  const place = upload.entries?.chunks[chunk];
  if (place === undefined || (await ports.uploads.hasChunk(upload.id, chunk))) return;
  const { images, videos } = await collectStored(upload, place, ports);
  const refusedCount = Math.max(0, place.fileCount - images.length - videos.length);
  const refused = refusedCount === 0 ? [] : [toRefusedEntry(upload, place, refusedCount)];
  await ports.uploads.addChunk(upload, { chunk, images, videos, refused, refusedCount });
}

/** What a chunk's worker had stored before it died. Ids follow from the upload and the entry. */
async function collectStored(upload: Upload, place: ZipChunk, ports: FinishStalledUploadPorts) {
  const ids = idsOfChunk(upload.id, place);
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

function toRefusedEntry({ filename: name }: Upload, place: ZipChunk, count: number): RefusedEntry {
  const among = `${place.index + 1} to ${place.index + place.count}`;
  const detail = `${count} of its entries, among the ${among}, could not be taken in ${REASON}`;
  return { name, code: 'entries_failed', detail };
}
