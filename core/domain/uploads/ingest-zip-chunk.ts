import type { DatasetItemType } from '../../contracts/http/datasets.ts';
import type { RefusedEntry } from '../../contracts/http/uploads.ts';
import type { ZipChunkMessage } from '../../contracts/messages.ts';
import type { DatasetMember } from '../datasets/manage-datasets.ts';
import { type Batch, BatchChangedError, type BatchRepository, shardOf } from '../entities/batch.ts';
import { DomainError } from '../entities/errors.ts';
import { derivedId, derivedUuid } from '../entities/ids.ts';
import { contentHashOf, type ImageRepository } from '../entities/image.ts';
import {
  analysisMessageOf,
  type BatchSeat,
  type Job,
  type JobRepository,
  modelReference,
  selectQueued,
} from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import {
  archiveKey,
  type ChunkOutcome,
  idsOfChunk,
  MediaDeletedError,
  type Upload,
  type UploadChunkRepository,
  type UploadRepository,
  uploadKey,
  type ZipChunk,
} from '../entities/upload.ts';
import { type VideoRepository, videoKey } from '../entities/video.ts';
import { type StoredImage, type StoreImagePorts, storeAndRecord } from '../media/store-image.ts';
import { type StoreVideoPorts, storeVideo } from '../media/store-video.ts';
import { addToDataset } from './add-upload-to-dataset.ts';
import type { IngestUploadPorts } from './ingest-upload.ts';
import type { PlanZipPorts } from './plan-zip.ts';
import { createRow, type Place, type Room, workSideBySide } from './side-by-side.ts';
import { type Archive, judgeEntry, type ZipEntry } from './zip-entry.ts';

export interface IngestZipChunkPorts
  extends Omit<StoreImagePorts, 'images' | 'objects'>,
    Omit<StoreVideoPorts, 'objects' | 'videos'>,
    Pick<PlanZipPorts, 'openArchive' | 'zipLimits'>,
    Pick<IngestUploadPorts, 'analysisQueue' | 'datasetItems'> {
  readonly objects: Pick<ObjectStore, 'put' | 'putPieces' | 'read' | 'remove'>;
  readonly arrived: Pick<IngestUploadPorts['arrived'], 'remove'>;
  readonly uploads: Omit<UploadChunkRepository, 'close'> & Pick<UploadRepository, 'find'>;
  readonly jobs: Pick<JobRepository, 'findAll'>;
  readonly batches: Pick<BatchRepository, 'find'>;
  readonly videos: StoreVideoPorts['videos'] & Pick<VideoRepository, 'findOwn'>;
  readonly images: StoreImagePorts['images'] &
    Pick<ImageRepository, 'findOwn'> & {
      /**
       * Writes an image with its jobs and their charges, unless that has been done under the same ids.
       * @throws ContentTakenError, InsufficientCreditsError, UploadEndedError, MediaDeletedError, BatchChangedError
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
 * Safe to repeat: ids follow from the upload, what a delivery before it has recorded is not unpacked again, and a
 * chunk counts once.
 */
export async function ingestZipChunk(
  { uploadId, chunk }: ZipChunkMessage,
  delivery: { readonly isLast: boolean },
  ports: IngestZipChunkPorts,
): Promise<'ignored' | 'chunk done' | 'upload ended'> {
  const upload = await ports.uploads.find(uploadId);
  const place = upload?.entries?.chunks[chunk];
  if (upload === undefined || place === undefined) return 'ignored';
  if (upload.status !== 'processing') {
    // Who ended it may have died before this.
    await removeArchive(upload, ports);
    return 'ignored';
  }
  if (!(await ports.uploads.hasChunk(uploadId, chunk))) {
    const archive = await ports.openArchive(archiveKey(uploadId));
    const batch = await findBatch(upload, ports);
    const ingester = createEntryIngester(upload, { archive, chunk, batch }, ports);
    await ports.uploads.addChunk(upload, { chunk, ...(await ingester.ingestChunk(place, delivery)) });
  }
  if (!(await ports.uploads.end(uploadId))) return 'chunk done';
  await removeArchive(upload, ports);
  return 'upload ended';
}

async function removeArchive(
  { id, objectVersion: version = '' }: Upload,
  { objects, arrived }: IngestZipChunkPorts,
): Promise<void> {
  await objects.remove(archiveKey(id));
  await arrived.remove({ key: uploadKey(id), version });
}

const findBatch = async ({ batch }: Upload, { batches }: IngestZipChunkPorts): Promise<Batch | undefined> =>
  batch === undefined ? undefined : batches.find(batch);

/** What became of one entry. */
type EntryOutcome = { image: string } | { video: string } | { refused: RefusedEntry };

/**
 * Entries of a chunk that are taken in side by side. A decoded image takes up to 150 MB, and the function has 1,769; a video
 * passes through in pieces.
 */
const ROOM: Room<ZipEntry> = {
  items: 4,
  bytes: 64_000_000,
  bytesOf: ({ uncompressedBytes }) => uncompressedBytes,
};

/** As many as one call of SQS takes. */
const MESSAGES_AT_ONCE = 10;

/** What a video is, its container says when it is probed. */
const ANY_BYTES = 'application/octet-stream';

interface IngestedChunk {
  readonly archive: Archive;
  readonly chunk: number;
  /** Of the upload's jobs, as it was when the chunk was begun. */
  readonly batch: Batch | undefined;
}

function createEntryIngester(
  upload: Upload,
  { archive, chunk: part, batch: found }: IngestedChunk,
  ports: IngestZipChunkPorts,
) {
  const toQueue: Job[] = [];
  let batch = found;

  const seatOf = ({ index }: ZipEntry): BatchSeat | undefined => {
    if (upload.batch === undefined) return undefined;
    const { isCanceled, round } = batch ?? {};
    return { batchId: upload.batch, part, shard: shardOf(index), isCanceled, round };
  };

  /** What comes after a batch was canceled is stored, and not analysed. */
  const jobsToPlan = () => (batch?.isCanceled === true ? [] : upload.jobs);

  const planJobs = (origin: string) =>
    jobsToPlan().map(({ model }) => ({
      id: derivedId('job', upload.id, origin, modelReference(model)),
      model,
    }));

  async function addAndQueue(
    type: DatasetItemType,
    thing: DatasetMember,
    jobs: readonly Job[],
  ): Promise<void> {
    if (upload.dataset !== undefined) await addToDataset(upload.dataset, { type, thing }, ports);
    await queue(selectQueued(jobs));
  }

  /** As many as a call takes go at once; the rest when the chunk is done. */
  async function queue(jobs: readonly Job[], isRest = false): Promise<void> {
    toQueue.push(...jobs);
    while (toQueue.length >= (isRest ? 1 : MESSAGES_AT_ONCE)) {
      const some = toQueue.splice(0, MESSAGES_AT_ONCE);
      await ports.analysisQueue.send(some.map(analysisMessageOf), upload.userId);
    }
  }

  /** Does `work` as the batch stands when it is recorded: it may be canceled or retried meanwhile. */
  async function asBatchStands<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BatchChangedError)) throw error;
      batch = await findBatch(upload, ports);
      return asBatchStands(work);
    }
  }

  const takePlace = createRow();
  /** The bytes of entries that are being stored now. */
  const underWay = new Map<string, Promise<unknown>>();

  /** What comes twice is not stored twice at the same time; who waits for that holds up nobody. */
  async function afterEqual<Result>(
    sha256: string,
    place: Place,
    work: () => Promise<Result>,
  ): Promise<Result> {
    for (let other = underWay.get(sha256); other !== undefined; other = underWay.get(sha256)) {
      place.leave();
      await other;
    }
    const task = work();
    underWay.set(
      sha256,
      task.catch(() => undefined),
    );
    return task.finally(() => underWay.delete(sha256));
  }

  async function ingestVideo(entry: ZipEntry, place: Place): Promise<string> {
    const videoId = derivedUuid(upload.id, entry.index);
    await ports.objects.putPieces(videoKey(videoId), archive.unpack(entry), ANY_BYTES);
    await place.reached;
    const uploadId = upload.id;
    const incoming = { ...upload, uploadId, videoId, filename: filenameOf(entry) };
    const { video, jobs } = await asBatchStands(() =>
      storeVideo({ ...incoming, jobs: planJobs(videoId), seat: seatOf(entry) }, ports),
    );
    await addAndQueue('video', video, jobs);
    return videoId;
  }

  /** In the order of the archive, which a batch lists its jobs in; side by side they would also meet at the batch. */
  const recordAt = (place: Place) => async (stored: StoredImage) => {
    await place.reached;
    await ports.images.createOnce(stored);
  };

  async function ingestImage(entry: ZipEntry, place: Place): Promise<string> {
    const bytes = await join(archive.unpack(entry));
    const sha256 = contentHashOf(bytes);
    const incoming = {
      ...upload,
      holdId: upload.id,
      bytes,
      filename: filenameOf(entry),
      imageId: derivedUuid(upload.id, entry.index),
    };
    const store = () =>
      // By content: what is in the archive twice is analysed once.
      storeAndRecord({ ...incoming, jobs: planJobs(sha256), seat: seatOf(entry) }, recordAt(place), ports);
    const { image, jobs } = await afterEqual(sha256, place, () => asBatchStands(store));
    await addAndQueue('image', image, jobs);
    return image.id;
  }

  async function ingestEntry(entry: ZipEntry, place: Place): Promise<EntryOutcome | undefined> {
    const verdict = judgeEntry(entry, ports.zipLimits);
    if (verdict === 'skip') return undefined;
    if ('refuse' in verdict) return { refused: toRefusedEntry(entry, verdict.refuse) };
    try {
      if (verdict.take === 'video') return { video: await ingestVideo(entry, place).catch(idOfDeleted) };
      return { image: await ingestImage(entry, place).catch(idOfDeleted) };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { refused: toRefusedEntry(entry, { code: error.code, detail: error.message }) };
    }
  }

  /** What a delivery before this one has recorded, by the id of its entry; its messages may have been lost. */
  async function findRecorded(place: ZipChunk): Promise<ReadonlyMap<string, () => Promise<EntryOutcome>>> {
    const ids = idsOfChunk(upload.id, place);
    const images = await ports.images.findOwn(ids, upload.userId);
    const videos = await ports.videos.findOwn(ids, upload.userId);
    const jobsOf = (origin: string) => ports.jobs.findAll(planJobs(origin).map(({ id }) => id));
    return new Map<string, () => Promise<EntryOutcome>>([
      ...[...images.values()].map((image) => {
        const again = async () => {
          await addAndQueue('image', image, await jobsOf(image.sha256));
          return { image: image.id };
        };
        return [image.id, again] as const;
      }),
      ...[...videos.values()].map((video) => {
        const again = async () => {
          await addAndQueue('video', video, await jobsOf(video.id));
          return { video: video.id };
        };
        return [video.id, again] as const;
      }),
    ]);
  }

  return {
    async ingestChunk(
      place: ZipChunk,
      { isLast }: { readonly isLast: boolean },
    ): Promise<Omit<ChunkOutcome, 'chunk'>> {
      const recorded = await findRecorded(place);
      const ended = await workSideBySide(entriesOf(archive, place), ROOM, (entry) => {
        const again = recorded.get(derivedUuid(upload.id, entry.index));
        const inRow = takePlace();
        return (again?.() ?? ingestEntry(entry, inRow))
          .catch((error: unknown) => {
            if (!isLast) throw error;
            return { refused: toRefusedEntry(entry, INTERNAL_FAILURE) };
          })
          .finally(() => inRow.leave());
      });
      await queue([], true);
      const outcomes = ended.filter((outcome) => outcome !== undefined);
      return {
        images: outcomes.flatMap((taken) => ('image' in taken ? taken.image : [])),
        videos: outcomes.flatMap((taken) => ('video' in taken ? taken.video : [])),
        refused: outcomes.flatMap((taken) => ('refused' in taken ? taken.refused : [])),
      };
    },
  };
}

async function* entriesOf(archive: Archive, place: ZipChunk): AsyncIterable<ZipEntry> {
  for await (const entry of archive.entries(place)) {
    if (entry.index >= place.index + place.count) return;
    yield entry;
  }
}

/** What was taken in before, and deleted since, counts as taken in. */
function idOfDeleted(error: unknown): string {
  if (error instanceof MediaDeletedError) return error.mediaId;
  throw error;
}

async function join(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Names in archives may have 64 KB. What is cut may be half a character, which can't be written down. */
const NAME_CHARACTERS = 255;

const toRefusedEntry = ({ name }: ZipEntry, { code, detail }: Omit<RefusedEntry, 'name'>): RefusedEntry => ({
  name: name.slice(0, NAME_CHARACTERS).toWellFormed(),
  code,
  detail,
});

/** The last part of the path: folders are the archive's business. */
const filenameOf = ({ name }: ZipEntry) =>
  (name.split('/').at(-1) ?? name).slice(-NAME_CHARACTERS).toWellFormed();
