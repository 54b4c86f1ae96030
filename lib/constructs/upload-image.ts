import { Construct } from 'constructs';
import { STEADY_MEMORY } from '../../core/contracts/environment.ts';
import { type CreditSettings, creditPrices, creditTerms } from '../credits.ts';
import { quotas, type Settings } from '../settings.ts';
import type { PictureBucket } from './media-bucket.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import type { SigningKey } from './signing-key.ts';
import type { WorkQueue } from './work-queue.ts';

export interface UploadImageProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly signingKey: SigningKey;
  readonly bucket: PictureBucket;
  readonly table: RecordsTable;
  readonly analysisQueue: WorkQueue;
}

/** `POST /v1/images`: takes a picture in the request itself. */
export class UploadImage extends Construct {
  readonly function: SegmentryFunction;

  constructor(
    scope: Construct,
    id: string,
    { settings, credits, signingKey, bucket, table, analysisQueue }: UploadImageProps,
  ) {
    super(scope, id);
    this.function = new SegmentryFunction(this, 'Function', {
      name: 'upload-image',
      description: 'Takes a picture in the request, stores it and queues its analysis',
      native: ['sharp'],
      memoryMb: 1769,
      timeoutSeconds: 29,
      environment: {
        ...STEADY_MEMORY,
        ...quotas(settings),
        RETENTION_DAYS: String(settings.retentionDays),
        PICTURE_LIMIT_PIXELS: String(settings.pictureLimitPixels),
        ANALYSIS_QUEUE_URL: analysisQueue.queue.queueUrl,
        ...creditTerms(credits),
        ...creditPrices(credits),
      },
    });
    signingKey.letVerify(this.function);
    table.letReadAndWrite(this.function);
    table.letReadInBatches(this.function);
    table.letDelete(this.function);
    bucket.let(this.function, { images: ['write', 'remove'] });
    analysisQueue.letSend(this.function);
  }
}
