import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { Device } from '../../contracts/device.ts';
import type { JobStatus } from '../../contracts/http/jobs.ts';
import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import type { AnalysisMessage } from '../../contracts/messages.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import type { ClassSummary } from '../../contracts/result-document.ts';
import type { Size } from '../../vision/geometry.ts';
import { DomainError } from './errors.ts';
import { derivedId, type RequestOrigin } from './ids.ts';
import type { Image } from './image.ts';
import type { VideoPass } from './video.ts';
import { countViews, FRAME_VIEW_LIMIT, IMAGE_VIEW_LIMIT } from './views.ts';

export interface ModelVersion {
  readonly id: string;
  readonly version: string;
  /** What a job runs it on; `cpu` where absent. */
  readonly device?: Device | undefined;
}

/** A model version with what decides its results: its weights' SHA-256, and the defaults of its manifest. */
export type HashedModel = ModelVersion & Readonly<Pick<ModelManifest, 'sha256' | 'defaults'>>;

export interface JobFailure {
  readonly code: string;
  readonly detail: string;
}

/** Failures in which nothing was analysed through no fault of the input: what the job was charged is given back. */
const REFUNDED: readonly string[] = [
  ...['analysis_failed', 'analysis_timed_out', 'model_too_large', 'image_gone', 'video_gone'],
];

export const isRefunded = ({ code }: JobFailure) => REFUNDED.includes(code);

/** One (image or video, model) pair with options. */
export interface Job {
  readonly id: string;
  readonly userId: string;
  /** Of the image, or of the video. */
  readonly mediaId: string;
  readonly model: ModelVersion;
  /** Where `mediaId` is a video's. */
  readonly video?: VideoPass;
  /** Segments of the video that are analysed. */
  readonly segmentsDone?: number;
  readonly options: AnalysisOptions;
  /** How often the model is run on the image, or on each frame; by default once. */
  readonly views?: number;
  readonly status: JobStatus;
  readonly error?: JobFailure;
  readonly summary?: ClassSummary[];
  /** The batch it is of, and which of the batch's counters counts it. */
  readonly batch?: { readonly id: string; readonly shard: number };
  /** The job whose result it has taken instead of computing the same again. */
  readonly resultOf?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** How often a worker has taken it. */
  readonly attempts: number;
}

/**
 * Where a job of a zip goes as it is made: which part of the batch lists it, which of its counters counts it; and how the
 * batch stood when that was planned.
 */
export interface BatchSeat {
  readonly batchId: string;
  readonly part: number;
  readonly shard: number;
  readonly isCanceled?: boolean | undefined;
  readonly round?: number | undefined;
}

/** Where jobs are kept. */
export interface JobRepository {
  find(jobId: string): Promise<Job | undefined>;
  /** In the order of `jobIds`; those that are gone are left out. */
  findAll(jobIds: readonly string[]): Promise<Job[]>;
  /** Newest first. */
  list(filter: JobFilter, page: PageRequest): Promise<Page<Job>>;
  /** Oldest first. */
  listOfMedia(mediaId: string): Promise<Job[]>;
}

export interface JobFilter {
  readonly userId: string;
  readonly status: JobStatus | undefined;
  readonly mediaId: string | undefined;
}

/** Which statuses may follow which. Nothing leaves a finished status. */
export const JOB_TRANSITIONS = {
  queued: ['running', 'canceled'],
  running: ['running', 'queued', 'succeeded', 'failed', 'canceled'],
  succeeded: [],
  failed: [],
  canceled: [],
} as const satisfies Record<JobStatus, readonly JobStatus[]>;

/** A way that no job may go: a programming error, told before anything is written. */
export class IllegalTransitionError extends Error {
  constructor({ id, status }: Pick<Job, 'id' | 'status'>, to: JobStatus) {
    super(`Job ${id} is ${status} and may not become ${to}.`);
    this.name = 'IllegalTransitionError';
  }
}

/** @throws IllegalTransitionError */
export function requireTransition(job: Pick<Job, 'id' | 'status'>, to: JobStatus): void {
  const allowed: readonly JobStatus[] = JOB_TRANSITIONS[job.status];
  if (!allowed.includes(to)) throw new IllegalTransitionError(job, to);
}

export const isFinished = (status: JobStatus) => JOB_TRANSITIONS[status].length === 0;

/** The jobs that a worker is still to take. */
export const selectQueued = (jobs: readonly Job[]): Job[] => jobs.filter(({ status }) => status === 'queued');

/** What the worker is told of a job, and on which device that worker runs. */
export const analysisMessageOf = ({
  id,
  mediaId,
  model,
}: Pick<Job, 'id' | 'mediaId' | 'model'>): QueuedAnalysis => ({
  jobId: id,
  mediaId,
  device: model.device ?? 'cpu',
});

/** The same of a job that was just made and is in no batch. */
export const firstMessageOf = (job: Job, { sha256 }: Pick<Image, 'sha256'>): QueuedAnalysis => ({
  ...analysisMessageOf(job),
  sha256,
});

export type QueuedAnalysis = AnalysisMessage & { readonly device: Device };

/** What of a model stands in a job: which it is, and where it runs. */
export const placed = ({ id, version, device }: ModelVersion): ModelVersion => ({
  id,
  version,
  ...(device === 'gpu' && { device }),
});

export const modelReference = ({ id, version }: ModelVersion) => `${id}@${version}`;

/** What a job analyses, under the name that the API, events and live updates have for it. */
export const analyzedMedia = ({ mediaId, video }: Pick<Job, 'mediaId' | 'video'>) =>
  video === undefined ? { image: mediaId } : { video: mediaId };

/** A drawing is there of an image, the results of all frames of a video. */
export const jobLinks = ({ id, video }: Pick<Job, 'id' | 'video'>) => ({
  self: `/v1/jobs/${id}`,
  result: `/v1/jobs/${id}/result`,
  ...(video === undefined ? { overlay: `/v1/jobs/${id}/overlay.png` } : { frames: framesLink(id) }),
});

/** Where a result lies that is too large for the table. */
export const resultKey = (jobId: string) => `results/${jobId}.json`;

/** Where what was found in each frame of a video is. */
export const framesLink = (jobId: string) => `/v1/jobs/${jobId}/frames`;

/** What a job is made of besides its image. */
export interface PlannedJob {
  readonly id: string;
  /** `inputSide`: the shorter side of what the model sees, in pixels. */
  readonly model: HashedModel & { readonly inputSide?: number };
}

/** Of the job that a request makes for the model it names there. */
export const plannedJobId = (origin: RequestOrigin, index: number) => derivedId('job', origin.id, index);

/** One for each model. */
export const planJobs = (
  models: readonly (HashedModel & { readonly inputSize: Size })[],
  origin: RequestOrigin,
): PlannedJob[] =>
  models.map(({ sha256, defaults, inputSize: { width, height }, ...model }, index) => ({
    id: plannedJobId(origin, index),
    model: { ...placed(model), sha256, defaults, inputSide: Math.min(width, height) },
  }));

/** How many looks are charged: one an image, one a frame, and one more for each tile. */
export const analysisCount = ({ video, views = 1 }: Pick<Job, 'video' | 'views'>): number =>
  (video?.frameCount ?? 1) * views;

interface JobTerms {
  readonly options: AnalysisOptions;
  readonly now: Date;
  readonly video?: VideoPass;
  readonly seat?: BatchSeat | undefined;
}

/**
 * The jobs that `planned` become once their image, or their video, is stored.
 * @throws TooManyViewsError
 */
export function queuedJobs(
  planned: readonly PlannedJob[],
  image: Pick<Image, 'id' | 'userId' | 'width' | 'height'>,
  { options, now, video, seat }: JobTerms,
): Job[] {
  return planned.map(({ id, model }) => ({
    id,
    userId: image.userId,
    mediaId: image.id,
    model: video === undefined ? placed(model) : { id: model.id, version: model.version },
    ...(video !== undefined && { video, segmentsDone: 0 }),
    options,
    ...viewsOf(image, options, { ...model, video }),
    status: 'queued',
    ...(seat !== undefined && { batch: { id: seat.batchId, shard: seat.shard } }),
    createdAt: now.toISOString(),
    attempts: 0,
  }));
}

/** What of a job says how often it looks; nothing where once. @throws TooManyViewsError */
export function viewsOf(
  size: Size,
  options: AnalysisOptions,
  { inputSide, video }: { inputSide?: number | undefined; video?: VideoPass | undefined },
): Pick<Job, 'views'> {
  const limit = video === undefined ? IMAGE_VIEW_LIMIT : FRAME_VIEW_LIMIT;
  const views = countViews(size, options, { limit, inputSide });
  return views === 1 ? {} : { views };
}

export class JobNotFoundError extends DomainError {
  readonly code = 'job_not_found';
  readonly kind = 'not_found';

  constructor(jobId: string) {
    super(`There is no job ${jobId}. GET /v1/images/{id} lists the jobs of an image.`);
  }
}
