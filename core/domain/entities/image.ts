import { DomainError } from './errors.ts';

/** One stored image. */
export interface Image {
  /** A UUID; the image is stored under `images/<id>`. */
  readonly id: string;
  readonly userId: string;
  /** SHA-256 of the uploaded bytes. */
  readonly sha256: string;
  readonly filename: string;
  /** Pixels, EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  /** Of the stored copy. */
  readonly sizeBytes: number;
  readonly originalSizeBytes: number;
  readonly contentType: string;
  readonly uploadedAt: string;
  readonly modifiedAt: string;
  /** Credits that it was charged; absent where it cost nothing. */
  readonly cost?: number;
  /** When it is forgotten with all that hangs on it; absent where it stays. */
  readonly expiresAt?: string;
}

export const imageKey = (imageId: string) => `images/${imageId}`;

export class ImageNotFoundError extends DomainError {
  readonly code = 'image_not_found';
  readonly kind = 'not_found';

  constructor(imageId: string) {
    super(`There is no image ${imageId}. Upload one with POST /v1/images.`);
  }
}
