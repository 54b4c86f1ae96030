import type { ZipChunkMessage } from '../../contracts/messages.ts';
import type { Batch } from '../entities/batch.ts';
import type { CreditHold, CreditPrices } from '../entities/credits.ts';
import { type ArrivedObject, archiveKey, type Upload, type ZipChunk } from '../entities/upload.ts';
import { mostCostOf } from '../entities/views.ts';
import { type JobQuota, requireRoomForJobs } from '../request/quota.ts';
import {
  type Archive,
  type EntryVerdict,
  judgeEntry,
  UnusableZipError,
  type ZipEntry,
  type ZipLimits,
} from './zip-entry.ts';

/** How a zip's entries are divided for those who take them in. */
export interface ZipPlan {
  /** Entries that are neither folders nor leftovers. */
  readonly total: number;
  /** Those that look like images. */
  readonly images: number;
  /** And like videos. */
  readonly videos: number;
  readonly chunks: readonly ZipChunk[];
}

export interface PlanZipPorts extends Pick<JobQuota, 'openJobLimit'> {
  /** @throws UnusableZipError */
  readonly openArchive: (key: string) => Promise<Archive>;
  readonly arrived: { copy(object: ArrivedObject, key: string): Promise<void> };
  readonly zipLimits: ZipLimits;
  readonly prices: CreditPrices;
  /** Jobs that a user has queued or running. */
  readonly countOpenJobs: (userId: string) => Promise<number>;
  readonly now: () => Date;
  readonly uploads: {
    /**
     * Remembers the plan of an upload that has none, makes the batch of its jobs, and holds what its images may cost.
     * @throws InsufficientCreditsError
     */
    plan(
      upload: Upload,
      plan: ZipPlan,
      also: { hold?: CreditHold | undefined; batch?: Batch | undefined },
    ): Promise<void>;
  };
  readonly zipChunkQueue: { send(messages: readonly ZipChunkMessage[], userId: string): Promise<void> };
}

/** Large photographs take a worker two seconds each: this many end well within its time limit. */
const ENTRIES_PER_CHUNK = 25;
/** Unpacked. So much is read, unpacked, stored and read again within that limit; one entry may have more. */
const BYTES_PER_CHUNK = 250_000_000;

/**
 * Reads the directory of an uploaded zip and divides its entries among workers. A repeat sends the same
 * messages again, which find what has been done.
 * @throws UnusableZipError, TooManyOpenJobsError, InsufficientCreditsError
 */
export async function planZip(object: ArrivedObject, upload: Upload, ports: PlanZipPorts): Promise<void> {
  const plan = upload.entries ?? (await makePlan(object, upload, ports));
  const messages = plan.chunks.map((_, chunk) => ({ uploadId: upload.id, chunk }));
  await ports.zipChunkQueue.send(messages, upload.userId);
}

/** A queue of large archives is worked off in this time. What videos cost shows only when they are read. */
const HOLD_MS = 24 * 3600 * 1000;

function holdFor(upload: Upload, { images }: ZipPlan, { prices, now }: PlanZipPorts): CreditHold | undefined {
  const left = images * mostCostOf(upload, prices);
  if (left === 0) return undefined;
  return {
    userId: upload.userId,
    id: upload.id,
    left,
    expiresAt: new Date(now().getTime() + HOLD_MS).toISOString(),
  };
}

/** Its jobs come with the entries: each chunk of these is a part of the batch. */
function batchFor(
  { id: upload, userId, batch: id, jobs, options, dataset, webhookId }: Upload,
  { chunks, videos }: ZipPlan,
  { now }: PlanZipPorts,
): Batch | undefined {
  if (id === undefined) return undefined;
  return {
    id,
    userId,
    upload,
    options,
    jobCount: 0,
    partCount: chunks.length,
    models: jobs.map(({ model: { id, version } }) => ({ id, version })),
    ...(dataset !== undefined && { dataset }),
    ...(webhookId !== undefined && { webhookId }),
    ...(videos > 0 && { videoJobCount: videos * jobs.length }),
    createdAt: now().toISOString(),
  };
}

async function makePlan(object: ArrivedObject, upload: Upload, ports: PlanZipPorts): Promise<ZipPlan> {
  await ports.arrived.copy(object, archiveKey(upload.id));
  const plan = await readPlan(await ports.openArchive(archiveKey(upload.id)), ports.zipLimits);
  await requireRoom(upload, plan, ports);
  const also = { hold: holdFor(upload, plan, ports), batch: batchFor(upload, plan, ports) };
  await ports.uploads.plan(upload, plan, also);
  return plan;
}

/** How many jobs a zip brings, only its directory says. @throws TooManyOpenJobsError */
async function requireRoom(
  { userId, jobs }: Upload,
  { images, videos }: ZipPlan,
  { openJobLimit, countOpenJobs }: PlanZipPorts,
): Promise<void> {
  const asked = (images + videos) * jobs.length;
  if (asked === 0) return;
  requireRoomForJobs(asked, { openJobLimit, openJobs: await countOpenJobs(userId) });
}

/** Reads the directory and cuts it into chunks. @throws UnusableZipError */
export async function readPlan(archive: Archive, limits: ZipLimits): Promise<ZipPlan> {
  if (archive.entryCount > limits.entries) {
    throw new UnusableZipError(
      'too_many_entries',
      `The archive has ${archive.entryCount} entries; up to ${limits.entries} are accepted. Divide it.`,
    );
  }
  let total = 0;
  const takes = { image: 0, video: 0 };
  let packedBytes = 0;
  const cutter = createCutter();
  for await (const entry of archive.entries()) {
    packedBytes += entry.compressedBytes;
    const verdict = judgeEntry(entry, limits);
    cutter.add(entry, verdict);
    if (verdict !== 'skip') total += 1;
    if (isTaken(verdict)) takes[verdict.take] += 1;
  }
  // Entries that share their bytes unpack to far more than any of them owns up to.
  if (packedBytes > archive.sizeBytes) {
    throw new UnusableZipError(
      'damaged_zip',
      'The entries of the archive overlap. Create the archive again.',
    );
  }
  if (total === 0) throw new UnusableZipError('empty_zip', 'The archive has no files. Add some images.');
  return { total, images: takes.image, videos: takes.video, chunks: cutter.chunks };
}

const isTaken = (verdict: EntryVerdict) => verdict !== 'skip' && 'take' in verdict;

/** Cuts entries into chunks as they come. */
function createCutter() {
  const chunks: { -readonly [Key in keyof ZipChunk]: ZipChunk[Key] }[] = [];
  let bytes = 0;
  return {
    chunks,
    add({ index, offset, uncompressedBytes }: ZipEntry, verdict: EntryVerdict): void {
      const last = chunks.at(-1);
      const fileCount = verdict === 'skip' ? 0 : 1;
      // Nothing else is unpacked: what is refused may be of any size, or say so.
      const unpackedBytes = isTaken(verdict) ? uncompressedBytes : 0;
      bytes += unpackedBytes;
      if (last === undefined || last.count === ENTRIES_PER_CHUNK || bytes > BYTES_PER_CHUNK) {
        chunks.push({ index, count: 1, fileCount, offset });
        bytes = unpackedBytes;
      } else {
        last.count += 1;
        last.fileCount += fileCount;
      }
    },
  };
}
