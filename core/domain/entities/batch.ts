import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import {
  BATCH_JOB_LIMIT,
  type BatchCounts,
  type BatchStatus,
  type ResultFormat,
} from '../../contracts/http/batches.ts';
import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import type { BatchPartMessage } from '../../contracts/messages.ts';
import { DomainError, nameSome } from './errors.ts';
import type { ModelVersion } from './job.ts';
import type { VideoPass } from './video.ts';

/** The jobs made by one request: each of its images and videos with each of its models. */
export interface Batch {
  readonly id: string;
  readonly userId: string;
  readonly models: readonly ModelVersion[];
  readonly options: AnalysisOptions;
  readonly dataset?: string;
  /** The zip that its jobs come from: they are made as its entries are taken in. */
  readonly upload?: string;
  /** Those that were planned when it was made: none where it is a zip's. */
  readonly jobCount: number;
  /** How many of them are of videos. */
  readonly videoJobCount?: number;
  readonly partCount: number;
  readonly createdAt: string;
  /** When all its jobs had ended and no more could come; absent again while it is retried. */
  readonly finishedAt?: string;
  readonly canceledAt?: string;
  /** Whether what is open is to be canceled: of cancel and retry, what was asked for last. */
  readonly isCanceled?: boolean;
  /** How often it was retried. */
  readonly round?: number;
  /** The file of its results that was asked for last in each format. */
  readonly exportsAsked?: Readonly<Partial<Record<ResultFormat, ExportAsked>>>;
  /** A webhook that is notified of its end, whatever its own events are. */
  readonly webhookId?: string;
}

/** A file of results that is written in the background. */
export interface ExportAsked {
  readonly key: string;
  /** In epoch milliseconds; 0 where nobody is at it: it is written, or was broken off or given up. */
  readonly at: number;
  /** How often it was begun since it was written last. */
  readonly tries: number;
}

/** How a try to write an export has ended. */
export type ExportEnd = 'written' | 'broken off' | 'given up';

/** Where the file of an export comes to lie. */
export interface ExportFile {
  readonly format: ResultFormat;
  readonly key: string;
}

export interface ListedBatch {
  readonly batch: Batch;
  readonly finalCounts: BatchCounts | undefined;
}

/** Where batches are kept, with their plan and their counters. */
export interface BatchRepository {
  find(batchId: string): Promise<Batch | undefined>;
  /** Newest first; with the counts of those whose jobs have all ended. */
  list(userId: string, page: PageRequest): Promise<Page<ListedBatch>>;
  findPart(batchId: string, part: number): Promise<BatchPart | undefined>;
  counts(batchId: string): Promise<BatchCounts>;
  /** With a number that goes up with each change of the counts. */
  countsInSequence(batchId: string): Promise<{ counts: BatchCounts; sequence: number }>;
  /** Makes an empty part that has been through a retry, unless it is there. */
  openPart(batchId: string, part: number, round: number): Promise<void>;
  listParts(batchId: string): Promise<BatchPart[]>;
  /** Has what is open canceled, until it is retried. */
  markCanceled(batchId: string, canceledAt: string): Promise<void>;
  /** Opens it for another round. @returns it as it is then. */
  markRetried(batchId: string): Promise<Batch>;
  /** Remembers how a batch has ended; does nothing where its end is known, or where it was retried since it was read. */
  markFinished(batch: Batch, counts: BatchCounts, finishedAt: string): Promise<void>;
  /** Whether the caller is to have the export written, somebody is at it, or it has failed as often as it is tried. */
  claimExport(batch: Batch, file: ExportFile): Promise<'claimed' | 'under way' | 'failed'>;
  /** Counts a try. @returns false where nobody waits for it: it is written, has failed, or another was asked for. */
  beginExport(batchId: string, file: ExportFile): Promise<boolean>;
  /** What was broken off may be begun again at once; what is given up is not. */
  endExport(batchId: string, file: ExportFile, end: ExportEnd): Promise<void>;
}

/** One job of a batch, as its part lists it. */
export interface BatchJob {
  readonly id: string;
  /** Of the image, or of the video. */
  readonly mediaId: string;
  readonly model: ModelVersion;
  /** Where `mediaId` is a video's. */
  readonly video?: VideoPass;
  /** How often the model is run on the image, or on each frame; by default once. */
  readonly views?: number;
  /** The job whose result it takes instead of computing the same again. */
  readonly resultOf?: string;
}

/** Up to a hundred jobs of a batch, worked on together; of a zip, those of one chunk of its entries. */
export interface BatchPart {
  readonly batchId: string;
  readonly part: number;
  readonly jobs: readonly BatchJob[];
  /** How many of its jobs, from the first, have been made. */
  readonly madeCount: number;
  /** Goes up each time jobs of it are replaced, so that two workers don't do so at once. */
  readonly revision: number;
  /** The retry of the batch that it has been through. */
  readonly round?: number;
}

export const JOBS_PER_PART = 100;

/** Whether failed jobs of a part are still to be replaced. */
export const isToBeRetried = (
  { isCanceled, round = 0 }: Pick<Batch, 'isCanceled' | 'round'>,
  part: Pick<BatchPart, 'round'>,
) => isCanceled !== true && (part.round ?? 0) < round;

/** The parts that somebody is still to work on: to make jobs, to replace failed ones, to cancel open ones. */
export const partsToProcess = (batch: Batch, parts: readonly BatchPart[]): BatchPart[] =>
  parts.filter(
    (part) => batch.isCanceled === true || part.madeCount < part.jobs.length || isToBeRetried(batch, part),
  );

/** Counters of a batch are spread, so that its workers don't wait for one another. */
export const COUNTER_SHARDS = 10;

/** Which of a batch's counters a job counts in. */
export const shardOf = (position: number) => position % COUNTER_SHARDS;

/** What has all parts of a batch worked on. */
export const partMessages = ({
  id: batchId,
  partCount,
}: Pick<Batch, 'id' | 'partCount'>): BatchPartMessage[] =>
  Array.from({ length: partCount }, (_, part) => ({ batchId, part, action: 'process' }));

export const batchLinks = (batchId: string) => ({
  self: `/v1/batches/${batchId}`,
  jobs: `/v1/batches/${batchId}/jobs`,
  results: `/v1/batches/${batchId}/results`,
});

export const NO_COUNTS: BatchCounts = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 };

export const openCount = ({ queued, running }: BatchCounts) => queued + running;

export const totalCount = (counts: BatchCounts) => Object.values(counts).reduce((sum, count) => sum + count);

type BatchEnd = Pick<Batch, 'canceledAt' | 'upload' | 'finishedAt'>;

/** A zip that is still being taken in may bring more jobs. */
const mayGrow = ({ upload, finishedAt }: BatchEnd) => upload !== undefined && finishedAt === undefined;

export function batchStatus(batch: BatchEnd, counts: BatchCounts): BatchStatus {
  if (openCount(counts) === 0 && !mayGrow(batch))
    return batch.canceledAt !== undefined && counts.canceled > 0 ? 'canceled' : 'finished';
  return totalCount(counts) > counts.queued ? 'running' : 'queued';
}

/** A batch was canceled or retried since it was read: reading it again tells what to make of its jobs. */
export class BatchChangedError extends Error {
  constructor(batchId: string) {
    super(`The batch ${batchId} was canceled or retried meanwhile.`);
    this.name = 'BatchChangedError';
  }
}

export class BatchNotFoundError extends DomainError {
  readonly code = 'batch_not_found';
  readonly kind = 'not_found';

  constructor(batchId: string) {
    super(`There is no batch ${batchId}. Create one with POST /v1/batches.`);
  }
}

export class UnknownImagesError extends DomainError {
  readonly code = 'unknown_images';
  readonly kind = 'unprocessable';

  constructor(references: readonly string[]) {
    super(
      `You have no images with these ids or hashes: ${nameSome(references)}. GET /v1/images lists yours.`,
    );
  }
}

export class EmptyBatchError extends DomainError {
  readonly code = 'empty_batch';
  readonly kind = 'unprocessable';

  constructor() {
    super('The dataset is empty. Add images with PUT /v1/datasets/{id}/images/{imageId}.');
  }
}

export class BatchTooLargeError extends DomainError {
  readonly code = 'batch_too_large';
  readonly kind = 'unprocessable';

  constructor(jobCount: number) {
    super(
      `The batch would have ${jobCount} jobs; a batch may have up to ${BATCH_JOB_LIMIT}. Divide it into several.`,
    );
  }
}
