import type { AnalysisOptions } from '../contracts/analysis-options.ts';
import type { Keep } from '../contracts/http/images.ts';
import type { RefusedEntry, UploadKind, UploadStatus } from '../contracts/http/uploads.ts';
import { DomainError } from './errors.ts';
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
  readonly imageId: string;
  readonly jobs: readonly PlannedJob[];
  readonly status: UploadStatus;
  /** The version of the object that claimed the upload; later ones are ignored. */
  readonly objectVersion?: string;
  readonly images: readonly string[];
  readonly refused: readonly RefusedEntry[];
  readonly createdAt: string;
  readonly expiresAt: string;
  /** When it was done or failed. */
  readonly endedAt?: string;
}

const UPLOAD_PREFIX = 'uploads/';

export const uploadLinks = (uploadId: string) => ({ self: `/v1/uploads/${uploadId}` });

export const uploadKey = (uploadId: string) => `${UPLOAD_PREFIX}${uploadId}`;

/** The upload an object key stands for. */
export function uploadIdOf(key: string): string | undefined {
  return key.startsWith(UPLOAD_PREFIX) ? key.slice(UPLOAD_PREFIX.length) : undefined;
}

export class UploadNotFoundError extends DomainError {
  readonly code = 'upload_not_found';
  readonly kind = 'not_found';

  constructor(uploadId: string) {
    super(`There is no upload ${uploadId}. Ask for one with POST /v1/uploads.`);
  }
}
