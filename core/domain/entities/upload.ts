import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { Keep } from '../../contracts/http/images.ts';
import type { RefusedEntry, UploadKind, UploadStatus } from '../../contracts/http/uploads.ts';
import type { CreditHold, CreditState } from './credits.ts';
import { DomainError } from './errors.ts';
import { derivedUuid } from './ids.ts';
import type { PlannedJob } from './job.ts';

/** One presigned transfer. Every id it will need is chosen when it is made, so that repeats change nothing. */
export interface Upload {
  readonly id: string;
  readonly userId: string;
  readonly kind: UploadKind;
  readonly filename: string;
  readonly keep: Keep;
  readonly options: AnalysisOptions;
  readonly retentionDays?: number;
  readonly dataset?: string;
  /** A webhook that is notified of its end, whatever its own events are. */
  readonly webhookId?: string;
  /** How many frames of a video are analysed. */
  readonly framesPerSecond: number;
  /** Of the image or the video; those of a zip's entries follow from the upload's own. */
  readonly mediaId: string;
  readonly jobs: readonly PlannedJob[];
  /** Of a zip: the batch that its jobs are of, which is there once its directory has been read. */
  readonly batch?: string;
  readonly status: UploadStatus;
  /** The version of the object that claimed the upload; later ones are ignored. */
  readonly objectVersion?: string;
  readonly images: readonly string[];
  readonly videos: readonly string[];
  readonly refused: readonly RefusedEntry[];
  /** Of a zip, once its directory has been read. */
  readonly entries?: EntryProgress;
  /** What was charged as it was taken in, in thousandths of a credit. */
  readonly cost?: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** When it was done or failed. */
  readonly finishedAt?: string;
}

/** Where uploads are kept. */
export interface UploadRepository {
  /**
   * Writes it together with its hold, unless it is written. @throws InsufficientCreditsError, TooManyOpenUploadsError
   * @param terms with the account as it was read, and how many uploads the user may have open.
   */
  create(
    upload: Upload,
    terms: {
      hold?: CreditHold | undefined;
      credits?: CreditState | undefined;
      openLimit?: number | undefined;
    },
  ): Promise<void>;
  find(uploadId: string): Promise<Upload | undefined>;
  /** With what became of a zip's entries, in the archive's order. */
  findWhole(uploadId: string): Promise<Upload | undefined>;
  /**
   * Gives the upload to the first object version that asks, and to that version again when it repeats.
   * @returns undefined where there is no such upload, another version has it, or it has failed.
   */
  claim(uploadId: string, version: string): Promise<Upload | undefined>;
  completeVideo(upload: Upload, videoId: string): Promise<void>;
  /** Lets go of the upload's hold, too. */
  fail(upload: Upload, refused: RefusedEntry): Promise<void>;
}

/** Where it is kept what became of the chunks of a zip's entries. */
export interface UploadChunkRepository {
  /** From here on nothing of the upload is recorded any more: what its workers store they remove again. */
  close(uploadId: string): Promise<void>;
  hasChunk(uploadId: string, chunk: number): Promise<boolean>;
  /** Remembers what became of a chunk and counts it, together and once. */
  addChunk(upload: Upload, outcome: ChunkOutcome): Promise<void>;
  /** Ends an upload all of whose chunks are in. @returns whether it has ended. */
  end(uploadId: string): Promise<boolean>;
}

/** Whether something of it may still be taken in; one whose record is gone has ended long ago. */
export const isOpen = (upload: Pick<Upload, 'status'> | undefined): boolean =>
  upload?.status === 'waiting' || upload?.status === 'processing';

/** How far the entries of a zip are. */
export interface EntryProgress {
  /** Entries that are neither folders nor leftovers. */
  readonly total: number;
  readonly done: number;
  readonly refused: number;
  readonly chunks: readonly ZipChunk[];
  readonly chunkCount: number;
  readonly chunksDone: number;
}

/** Entries of a zip that stand beside one another in its directory, and are taken in together. */
export interface ZipChunk {
  /** Of the first entry, from 0. */
  readonly index: number;
  readonly count: number;
  /** Those that are neither folders nor leftovers. */
  readonly fileCount: number;
  /** Where the directory record of the first entry begins, in bytes from the start of the archive. */
  readonly offset: number;
}

/** The ids that the images and videos of a chunk have, entry by entry. */
export const idsOfChunk = (uploadId: string, { index, count }: ZipChunk): string[] =>
  Array.from({ length: count }, (_, entry) => derivedUuid(uploadId, index + entry));

/** What became of one chunk of a zip's entries. */
export interface ChunkOutcome {
  readonly chunk: number;
  readonly images: readonly string[];
  readonly videos: readonly string[];
  readonly refused: readonly RefusedEntry[];
  /** How many entries were refused, where one line of `refused` may stand for several; by default as many as it has lines. */
  readonly refusedCount?: number;
}

/** One version of one object that has arrived. */
export interface ArrivedObject {
  readonly key: string;
  readonly version: string;
}

const UPLOAD_PREFIX = 'uploads/';

export const uploadLinks = (uploadId: string) => ({ self: `/v1/uploads/${uploadId}` });

export const uploadKey = (uploadId: string) => `${UPLOAD_PREFIX}${uploadId}`;

/** Where an uploaded zip lies while it is worked on: out of reach of the form it came by. */
export const archiveKey = (uploadId: string) => `archives/${uploadId}`;

/** The upload an object key stands for. */
export function uploadIdOf(key: string): string | undefined {
  return key.startsWith(UPLOAD_PREFIX) ? key.slice(UPLOAD_PREFIX.length) : undefined;
}

/** Nothing of an upload is taken in any more: it has ended, or its user is gone. */
export class UploadEndedError extends DomainError {
  readonly code = 'upload_ended';
  readonly kind = 'conflict';

  constructor(uploadId: string) {
    super(`The upload ${uploadId} has ended before this was taken in. Upload it again.`);
  }
}

/** What an upload brought is recorded, and was deleted since: a repeat of its message takes in nothing. */
export class MediaDeletedError extends Error {
  readonly mediaId: string;

  constructor(mediaId: string) {
    super(`${mediaId} was taken in, and deleted since.`);
    this.name = 'MediaDeletedError';
    this.mediaId = mediaId;
  }
}

/** A user has more forms in hand, and uploads that are being taken in, than the deployment allows. */
export class TooManyOpenUploadsError extends DomainError {
  readonly code = 'too_many_open_uploads';
  readonly kind = 'too_many';
  override readonly retryAfterSeconds = 60;

  constructor(limit: number) {
    super(
      `You may have ${limit} uploads open. Use the forms that you have, wait until some uploads have ended, or until ` +
        'forms have expired.',
    );
  }
}

export class UploadNotFoundError extends DomainError {
  readonly code = 'upload_not_found';
  readonly kind = 'not_found';

  constructor(uploadId: string) {
    super(`There is no upload ${uploadId}. Create one with POST /v1/uploads.`);
  }
}
