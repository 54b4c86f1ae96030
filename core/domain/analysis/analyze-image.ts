import type { AnalysisMessage, SegmentMessage } from '../../contracts/messages.ts';
import type { ResultDocument } from '../../contracts/result-document.ts';
import { DomainError } from '../entities/errors.ts';
import { type Image, type ImageRepository, imageKey } from '../entities/image.ts';
import { isFinished, type Job, type JobFailure, resultKey } from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { withinTime } from './time-limit.ts';

export interface AnalyzeImagePorts extends OrphanPorts {
  readonly jobs: OrphanPorts['jobs'] & {
    /**
     * Takes the job for `leaseSeconds`.
     * A video's job is given again while it runs: its segments are many workers' business.
     * @param message names its image, which is then read in the same call, or known.
     * @returns undefined where it is finished, unknown or canceled: there is nothing to do.
     * @throws JobLeasedError while another worker holds it.
     */
    claim(message: AnalysisMessage): Promise<ClaimedJob | undefined>;
    /** Stores the result and ends the job together; false where the job was ended or taken over meanwhile. */
    succeed(job: Job, document: ResultDocument): Promise<boolean>;
    fail(job: Job, failure: JobFailure): Promise<boolean>;
  };
  readonly images: Pick<ImageRepository, 'find'>;
  readonly objects: Pick<ObjectStore, 'get' | 'remove'>;
  /** Tells the workers of videos of a job's segments. */
  readonly segmentQueue: { send(messages: readonly SegmentMessage[], userId: string): Promise<void> };
  /**
   * @param bytes of the image, on their way: what the analysis needs besides is fetched meanwhile.
   * @param signal says when to stop.
   */
  readonly analyze: (
    job: Job,
    image: KnownImage,
    bytes: Promise<Uint8Array>,
    signal: AbortSignal,
  ) => Promise<ResultDocument>;
}

/** What a result tells of its image. */
export type KnownImage = Pick<Image, 'id' | 'sha256'>;

/** A job with its image, where that was named and is there. */
export type ClaimedJob = Job & { readonly image?: KnownImage | undefined };

/** One delivery of a message. */
export interface Delivery {
  /** Whether the queue gives the message up after it. */
  readonly lastDelivery: boolean;
  /** Comes while there is time to write down that there was not enough. */
  readonly signal: AbortSignal;
}

/** Another worker holds the job: the message waits for its turn in the queue. */
export class JobLeasedError extends Error {
  constructor(jobId: string) {
    super(`Job ${jobId} is held by another worker.`);
    this.name = 'JobLeasedError';
  }
}

export const INTERNAL_FAILURE: JobFailure = {
  code: 'analysis_failed',
  detail:
    'The analysis failed for a reason other than its input. Try again; if it keeps failing, tell the operator.',
};

/**
 * Runs the job a message names. A failure through the input ends the job, and so does an analysis that takes too
 * long; any other is thrown so that the queue delivers again, and ends the job at the last delivery.
 * @returns what became of the job, for the log.
 */
export async function analyzeImage(
  message: AnalysisMessage,
  { lastDelivery, signal }: Delivery,
  ports: AnalyzeImagePorts,
): Promise<'skipped' | 'divided' | 'superseded' | 'succeeded' | 'failed'> {
  const { jobId } = message;
  const job = await ports.jobs.claim(message);
  if (job === undefined) {
    // An attempt before this one may have died over what it had written.
    await removeOrphans(jobId, [resultKey(jobId)], ports);
    return 'skipped';
  }
  if (job.video !== undefined) {
    await ports.segmentQueue.send(segmentsOf(job), job.userId);
    return 'divided';
  }
  try {
    const document = await withinTime(signal, () => run(job, signal, ports));
    if (await ports.jobs.succeed(job, document)) return 'succeeded';
    await removeOrphans(job.id, [resultKey(job.id)], ports);
    return 'superseded';
  } catch (error) {
    if (error instanceof DomainError) {
      await ports.jobs.fail(job, { code: error.code, detail: error.message });
      return 'failed';
    }
    if (lastDelivery) await ports.jobs.fail(job, INTERNAL_FAILURE);
    throw error;
  }
}

/**
 * Removes what was written for a job that is gone, or has ended without a result: nobody else knows of it. What another
 * attempt has written, or is writing, stays.
 */
export async function removeOrphans(
  jobId: string,
  keys: readonly string[],
  { jobs, objects }: OrphanPorts,
): Promise<void> {
  const job = await jobs.find(jobId);
  if (job !== undefined && (job.status === 'succeeded' || !isFinished(job.status))) return;
  await Promise.all(keys.map((key) => objects.remove(key)));
}

export interface OrphanPorts {
  readonly jobs: { find(jobId: string): Promise<Job | undefined> };
  readonly objects: Pick<ObjectStore, 'remove'>;
}

const segmentsOf = ({ id: jobId, video }: Job): SegmentMessage[] =>
  Array.from({ length: video?.segmentCount ?? 0 }, (_, segment) => ({ jobId, segment }));

async function run(job: ClaimedJob, signal: AbortSignal, ports: AnalyzeImagePorts): Promise<ResultDocument> {
  const image = job.image ?? (await ports.images.find(job.mediaId));
  if (image === undefined) throw new ImageGoneError(job.mediaId);
  const bytes = ports.objects.get(imageKey(image.id)).catch(async (error: unknown) => {
    // What was known when the job was made may be deleted by now.
    if ((await ports.images.find(image.id)) === undefined) throw new ImageGoneError(image.id);
    throw error;
  });
  // Where the analysis fails before it asks for them, that is what the job is told.
  bytes.catch(() => {});
  return ports.analyze(job, image, bytes, signal);
}

class ImageGoneError extends DomainError {
  readonly code = 'image_gone';
  readonly kind = 'gone';

  constructor(imageId: string) {
    super(`The image ${imageId} was deleted before it was analysed.`);
  }
}
