import { createHash } from 'node:crypto';
import type { Page, PageRequest } from '../../contracts/http/paging.ts';
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

/** Where images are kept. */
export interface ImageRepository {
  find(imageId: string): Promise<Image | undefined>;
  /** The user's own images among `references` (ids or hashes), by reference. */
  findOwn(references: readonly string[], userId: string): Promise<Map<string, Image>>;
  /** Newest first. A page may be short where most of what was read is filtered out. */
  list(userId: string, filter: ImageFilter, page: PageRequest): Promise<Page<Image>>;
  rename(image: Image, filename: string, modifiedAt: string): Promise<void>;
  /** Takes the image's record away; what hangs on it is forgotten because of that. */
  remove(image: Image): Promise<void>;
  /** Lets the same bytes be uploaded anew, unless they have been already. */
  releaseContent(image: Pick<Image, 'id' | 'userId' | 'sha256'>): Promise<void>;
}

export interface ImageFilter {
  readonly contentType?: string | undefined;
  /** Only these. */
  readonly ids?: ReadonlySet<string> | undefined;
}

export const imageKey = (imageId: string) => `images/${imageId}`;
export const thumbnailKey = (imageId: string) => `thumbnails/${imageId}.webp`;

/** All that lies in the bucket of an image, without its jobs. */
export const imageKeys = (imageId: string) => [imageKey(imageId), thumbnailKey(imageId)];

export class ImageNotFoundError extends DomainError {
  readonly code = 'image_not_found';
  readonly kind = 'not_found';

  constructor(imageId: string) {
    super(`There is no image ${imageId}. Upload one with POST /v1/images.`);
  }
}

/** What bytes are known by: the SHA-256 of what was uploaded. */
export const contentHashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
