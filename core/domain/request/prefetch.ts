import type { Batch, BatchPart } from '../entities/batch.ts';
import type { CreditState } from '../entities/credits.ts';
import type { Dataset } from '../entities/dataset.ts';
import type { Delivery, DeliveryAddress } from '../entities/delivery.ts';
import type { Image } from '../entities/image.ts';
import type { Job } from '../entities/job.ts';
import type { StoredResult } from '../entities/stored-result.ts';
import type { Video } from '../entities/video.ts';
import type { Webhook } from '../entities/webhook.ts';

/** What a request will need, told before it is checked: it is read in one call with who asks. */
export interface PrefetchKeys {
  readonly image?: string | undefined;
  /** SHA-256 of bytes that the user has uploaded. */
  readonly content?: string | undefined;
  readonly video?: string | undefined;
  readonly dataset?: string | undefined;
  readonly job?: string | undefined;
  /** Of this job. */
  readonly result?: string | undefined;
  readonly batch?: string | undefined;
  readonly batchPart?: Pick<BatchPart, 'batchId' | 'part'> | undefined;
  /** One of the user's. */
  readonly webhook?: string | undefined;
  readonly delivery?: DeliveryAddress | undefined;
  /** How many jobs the user has queued or running. */
  readonly openJobs?: boolean | undefined;
  /** What the user has. */
  readonly credits?: boolean | undefined;
}

/** What there is of it. Whose it is, is still to be asked. */
export interface Prefetched {
  readonly image: Image | undefined;
  /** The image that the bytes are. */
  readonly content: { readonly imageId: string } | undefined;
  readonly video: Video | undefined;
  readonly dataset: Dataset | undefined;
  readonly job: Job | undefined;
  readonly result: StoredResult | undefined;
  readonly batch: Batch | undefined;
  readonly batchPart: BatchPart | undefined;
  readonly webhook: Webhook | undefined;
  readonly delivery: Delivery | undefined;
  readonly openJobs: number | undefined;
  /** Without holds. */
  readonly credits: CreditState | undefined;
}
