import type { AnalysisMessage } from '../../../contracts/messages.ts';
import type { ClassSummary, ResultDocument } from '../../../contracts/result-document.ts';
import { type ClaimedJob, JobLeasedError } from '../../../domain/analysis/analyze-image.ts';
import type { Image } from '../../../domain/entities/image.ts';
import { isFinished, isRefunded, type Job, type JobFailure } from '../../../domain/entities/job.ts';
import { analysisFingerprint } from '../../../domain/media/result-cache.ts';
import { combineGets } from '../table/combine-gets.ts';
import { packJson } from '../table/packed-json.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import type { CreditWriter } from './credit-writer.ts';
import { unlessExpired } from './image-records.ts';
import { createJobRecords } from './job-records.ts';
import { writeRefundedEnd, writeTransition } from './job-transitions.ts';

/**
 * Up to here a packed document stays in the table, where each kilobyte of it costs two write units in a transaction: an object
 * costs as much as five of them. It is a document of about 15 kB.
 */
const INLINE_LIMIT_BYTES = 5_000;
/** Nor does a document stay that packs that well: whoever reads a hundred of them unpacks them all. */
const UNPACKED_LIMIT_BYTES = 50_000;

/** A job and its image, in one call where the image is known before the job is. */
async function readWithImage(
  table: SegmentryTable,
  jobId: string,
  mediaId: string | undefined,
): Promise<{ job?: Job | undefined; image?: Image | undefined }> {
  const { job, image } = table.entities;
  const gets = combineGets(table);
  const readJob = gets.add(job.get({ id: jobId }), (Item) => job.parse({ Item }).data);
  const readImage =
    mediaId === undefined
      ? undefined
      : gets.add(image.get({ id: mediaId }), (Item) => image.parse({ Item }).data);
  await gets.run();
  const found = { job: readJob(), image: unlessExpired(readImage?.()) };
  return found.image?.id === found.job?.mediaId ? found : { job: found.job };
}

/**
 * Claims a job that nobody has tried, is in no batch and whose image the message knows, without reading it: in one write
 * of one item, which takes half the write units of a transaction.
 * @returns undefined where the job is none of these; it is read then.
 */
async function claimFirst(
  table: SegmentryTable,
  { jobId, mediaId, sha256 }: AnalysisMessage,
  { now, leaseSeconds }: { now: Date; leaseSeconds: number },
): Promise<ClaimedJob | undefined> {
  if (mediaId === undefined || sha256 === undefined) return undefined;
  const { data } = await table.entities.job
    .patch({ id: jobId })
    .set({
      status: 'running',
      startedAt: now.toISOString(),
      attempts: 1,
      leaseUntil: now.getTime() + leaseSeconds * 1000,
    })
    .where((job, { eq, notExists }) =>
      [
        eq(job.status, 'queued'),
        eq(job.attempts, 0),
        eq(job.mediaId, mediaId),
        notExists(job.batch),
        notExists(job.video),
      ].join(' AND '),
    )
    .go({ response: 'all_new' })
    .catch(unlessConditionFailed);
  return data && { ...data, image: { id: mediaId, sha256 } };
}

export interface WorkerJobsOptions {
  /** How long a worker may hold a job. */
  readonly leaseSeconds: number;
  /** How long a video's job may go without another of its segments. */
  readonly videoLeaseSeconds?: number;
  readonly now: () => Date;
  readonly credits: CreditWriter;
  /** Stores a document beside the table, and tells its key. */
  readonly putLargeResult: (jobId: string, json: string) => Promise<string>;
}

export type CancelerOptions = Pick<WorkerJobsOptions, 'now' | 'credits'>;

/** The transitions a worker makes. Repeats and late workers change nothing. */
export function createWorkerJobs(table: SegmentryTable, options: WorkerJobsOptions) {
  const jobs = createJobRecords(table);
  const end = () => ({ finishedAt: options.now().toISOString() });

  /** Claims a job as it is read. */
  async function claimRead({ jobId, mediaId }: AnalysisMessage, now: Date): Promise<ClaimedJob | undefined> {
    const { job: from, image } = await readWithImage(table, jobId, mediaId);
    if (from === undefined || isFinished(from.status)) return undefined;
    const startedAt = now.toISOString();
    const isRunning = from.status === 'running';
    if (isRunning && from.video !== undefined) return from;
    // The first claim was written, and only its answer was lost.
    if (isRunning && from.startedAt === startedAt) return { ...from, image };
    const leaseSeconds = (from.video && options.videoLeaseSeconds) ?? options.leaseSeconds;
    const set = { startedAt, attempts: from.attempts + 1 };
    const isClaimed = await writeTransition(table, {
      from,
      to: 'running',
      set: { ...set, leaseUntil: now.getTime() + leaseSeconds * 1000 },
      ...(isRunning && { leaseOverAt: now.getTime() }),
    });
    if (!isClaimed) return leaveToOthers(jobId);
    return { ...from, ...set, status: 'running', image };
  }

  /** @throws JobLeasedError unless the job has ended meanwhile. */
  async function leaveToOthers(jobId: string): Promise<undefined> {
    const held = await jobs.find(jobId);
    if (held !== undefined && !isFinished(held.status)) throw new JobLeasedError(jobId);
  }

  return {
    find: jobs.find,

    async claim(message: AnalysisMessage): Promise<ClaimedJob | undefined> {
      const now = options.now();
      const first = await claimFirst(table, message, { now, leaseSeconds: options.leaseSeconds });
      return first ?? claimRead(message, now);
    },

    /**
     * Has the worker hold the job for `seconds` from now; for 0 it gives the job back.
     * @returns false where the job is not this attempt's any more.
     */
    async extendLease({ id, attempts }: Job, seconds: number): Promise<boolean> {
      const leaseUntil = options.now().getTime() + seconds * 1000;
      const extended = await table.entities.job
        .patch({ id })
        .set({ leaseUntil, announcement: 'pending' })
        .composite({ status: 'running' })
        .where((job, { eq }) => `${eq(job.status, 'running')} AND ${eq(job.attempts, attempts)}`)
        .go()
        .catch(unlessConditionFailed);
      return extended.data !== undefined;
    },

    async succeed(job: Job, document: ResultDocument): Promise<boolean> {
      const json = JSON.stringify(document);
      const packed = packJson(json);
      const sizeBytes = Buffer.byteLength(json);
      const isLarge = packed.byteLength > INLINE_LIMIT_BYTES || sizeBytes > UNPACKED_LIMIT_BYTES;
      const stored = isLarge ? { key: await options.putLargeResult(job.id, json), sizeBytes } : { packed };
      const { summary } = document;
      const known = {
        imageId: job.mediaId,
        fingerprint: analysisFingerprint(document),
        jobId: job.id,
        summary,
      };
      return writeTransition(
        table,
        { from: job, to: 'succeeded', set: { summary, ...end() } },
        ({ result, cachedResult }) => [
          result.put({ jobId: job.id, ...stored }).commit(),
          cachedResult.put(known).commit(),
        ],
      );
    },

    fail: createJobFailer(table, options),
  };
}

/**
 * Ends a job that could not be done, and gives back what it was charged where nothing was analysed.
 * @returns false where it is not as it was read.
 */
export const createJobFailer =
  (table: SegmentryTable, { now, credits }: Pick<WorkerJobsOptions, 'now' | 'credits'>) =>
  (job: Job, error: JobFailure) => {
    const set = { error, finishedAt: now().toISOString() };
    const transition = { from: job, to: 'failed', set } as const;
    return isRefunded(error)
      ? writeRefundedEnd(credits, transition, 'own_failure')
      : writeTransition(table, transition);
  };

/**
 * Cancels a job, and refunds its charge where no worker has begun it.
 * @returns false where it is not as it was read.
 */
export const createJobCanceler =
  (table: SegmentryTable, { now, credits }: CancelerOptions) =>
  (job: Job) => {
    const transition = { from: job, to: 'canceled', set: { finishedAt: now().toISOString() } } as const;
    return job.attempts === 0
      ? writeRefundedEnd(credits, transition, 'canceled')
      : writeTransition(table, transition);
  };

/** Ends a video's job with its result, which lies under `key`. @returns false where it is not as it was read. */
export const createVideoJobEnder =
  (table: SegmentryTable, now: () => Date) =>
  (job: Job, { summary, key }: { summary: ClassSummary[]; key: string }): Promise<boolean> =>
    writeTransition(
      table,
      { from: job, to: 'succeeded', set: { summary, finishedAt: now().toISOString() } },
      ({ result }) => [result.put({ jobId: job.id, key }).commit()],
    );
