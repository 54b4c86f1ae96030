import { createHash } from 'node:crypto';
import type { DatasetItemType } from '../../contracts/http/datasets.ts';
import type { RefusedEntry } from '../../contracts/http/uploads.ts';
import type { ZipChunkMessage } from '../../contracts/messages.ts';
import type { DatasetMember } from '../datasets/manage-datasets.ts';
import { DomainError } from '../entities/errors.ts';
import { derivedId, derivedUuid } from '../entities/ids.ts';
import { type Job, modelReference, selectQueued } from '../entities/job.ts';
import {
  archiveKey,
  type ChunkOutcome,
  type Upload,
  type UploadChunkRepository,
  type UploadRepository,
  uploadKey,
} from '../entities/upload.ts';
import { videoKey } from '../entities/video.ts';
import { type StoredImage, type StoreImagePorts, storeAndRecord } from '../media/store-image.ts';
import { type StoreVideoPorts, storeVideo } from '../media/store-video.ts';
import { addToDataset } from './add-upload-to-dataset.ts';
import type { IngestUploadPorts } from './ingest-upload.ts';
import { ENTRIES_PER_CHUNK, type PlanZipPorts } from './plan-zip.ts';
import { type Archive, judgeEntry, type ZipEntry } from './zip-entry.ts';

export interface IngestZipChunkPorts
  extends Omit<StoreImagePorts, 'images' | 'objects'>,
    Omit<StoreVideoPorts, 'objects'>,
    Pick<PlanZipPorts, 'openArchive' | 'zipLimits'>,
    Pick<IngestUploadPorts, 'analysisQueue' | 'datasetItems'> {
  readonly objects: StoreImagePorts['objects'] &
    StoreVideoPorts['objects'] & {
      putPieces(key: string, pieces: AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
    };
  readonly arrived: Pick<IngestUploadPorts['arrived'], 'remove'>;
  readonly uploads: UploadChunkRepository & Pick<UploadRepository, 'find'>;
  readonly images: StoreImagePorts['images'] & {
    /**
     * Writes an image with its jobs and their charges, unless that has been done under the same ids.
     * @throws ContentTakenError, InsufficientCreditsError
     */
    createOnce(stored: StoredImage): Promise<void>;
  };
}

const INTERNAL_FAILURE = {
  code: 'entry_failed',
  detail: 'It could not be taken in for a reason other than the file. Upload it again.',
};

/**
 * Takes in one chunk of a zip's entries: each good one becomes an image, each other one a line with its reason.
 * Safe to repeat: ids follow from the upload, and a chunk counts once.
 */
export async function ingestZipChunk(
  { uploadId, chunk }: ZipChunkMessage,
  delivery: { readonly isLast: boolean },
  ports: IngestZipChunkPorts,
): Promise<'ignored' | 'chunk done' | 'upload ended'> {
  const upload = await ports.uploads.find(uploadId);
  if (upload?.status !== 'processing') return 'ignored';
  if (!(await ports.uploads.hasChunk(uploadId, chunk))) {
    const ingester = createEntryIngester(upload, await ports.openArchive(archiveKey(uploadId)), ports);
    await ports.uploads.addChunk(upload, await ingester.ingestChunk(chunk, delivery));
  }
  if (!(await ports.uploads.end(uploadId))) return 'chunk done';
  await ports.objects.remove(archiveKey(uploadId));
  await ports.arrived.remove({ key: uploadKey(uploadId), version: upload.objectVersion ?? '' });
  return 'upload ended';
}

/** What became of one entry. */
type EntryOutcome = { image: string } | { video: string } | { refused: RefusedEntry };

/** What a video is, its container says when it is probed. */
const ANY_BYTES = 'application/octet-stream';

function createEntryIngester(upload: Upload, archive: Archive, ports: IngestZipChunkPorts) {
  const planJobs = (origin: string) =>
    upload.jobs.map(({ model }) => ({
      id: derivedId('job', upload.id, origin, modelReference(model)),
      model,
    }));

  async function addAndQueue(
    type: DatasetItemType,
    thing: DatasetMember,
    jobs: readonly Job[],
  ): Promise<void> {
    if (upload.dataset !== undefined) await addToDataset(upload.dataset, { type, thing }, ports);
    await ports.analysisQueue.send(
      selectQueued(jobs).map(({ id }) => ({ jobId: id })),
      upload.userId,
    );
  }

  async function ingestVideo(entry: ZipEntry): Promise<string> {
    const videoId = derivedUuid(upload.id, entry.index);
    await ports.objects.putPieces(videoKey(videoId), archive.unpack(entry), ANY_BYTES);
    const uploadId = upload.id;
    const incoming = { ...upload, uploadId, videoId, filename: filenameOf(entry), jobs: planJobs(videoId) };
    const { video, jobs } = await storeVideo(incoming, ports);
    await addAndQueue('video', video, jobs);
    return videoId;
  }

  async function ingestImage(entry: ZipEntry): Promise<string> {
    const bytes = await join(archive.unpack(entry));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { image, jobs } = await storeAndRecord(
      {
        ...upload,
        holdId: upload.id,
        bytes,
        filename: filenameOf(entry),
        imageId: derivedUuid(upload.id, entry.index),
        // By content: what is in the archive twice is analysed once.
        jobs: planJobs(sha256),
      },
      ports.images.createOnce,
      ports,
    );
    await addAndQueue('image', image, jobs);
    return image.id;
  }

  async function ingestEntry(entry: ZipEntry): Promise<EntryOutcome | undefined> {
    const verdict = judgeEntry(entry, ports.zipLimits);
    if (verdict === 'skip') return undefined;
    if ('refuse' in verdict) return { refused: toRefusedEntry(entry, verdict.refuse) };
    try {
      if (verdict.take === 'video') return { video: await ingestVideo(entry) };
      return { image: await ingestImage(entry) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { refused: toRefusedEntry(entry, { code: error.code, detail: error.message }) };
    }
  }

  return {
    async ingestChunk(chunk: number, { isLast }: { readonly isLast: boolean }): Promise<ChunkOutcome> {
      const outcomes: EntryOutcome[] = [];
      for await (const entry of archive.entries()) {
        if (Math.floor(entry.index / ENTRIES_PER_CHUNK) !== chunk) continue;
        const outcome = await ingestEntry(entry).catch((error: unknown) => {
          if (!isLast) throw error;
          return { refused: toRefusedEntry(entry, INTERNAL_FAILURE) };
        });
        if (outcome !== undefined) outcomes.push(outcome);
      }
      return {
        chunk,
        images: outcomes.flatMap((taken) => ('image' in taken ? taken.image : [])),
        videos: outcomes.flatMap((taken) => ('video' in taken ? taken.video : [])),
        refused: outcomes.flatMap((taken) => ('refused' in taken ? taken.refused : [])),
      };
    },
  };
}

async function join(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Names in archives may have 64 KB. */
const NAME_CHARACTERS = 255;

const toRefusedEntry = ({ name }: ZipEntry, { code, detail }: Omit<RefusedEntry, 'name'>): RefusedEntry => ({
  name: name.slice(0, NAME_CHARACTERS),
  code,
  detail,
});

/** The last part of the path: folders are the archive's business. */
const filenameOf = ({ name }: ZipEntry) => (name.split('/').at(-1) ?? name).slice(-NAME_CHARACTERS);
