import { Construct } from 'constructs';
import { STEADY_MEMORY } from '../../core/contracts/environment.ts';
import { type CreditSettings, creditPrices, creditTerms } from '../credits.ts';
import { quotas, type Settings } from '../settings.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import type { SigningKey } from './signing-key.ts';
import type { WorkQueue } from './work-queue.ts';

export interface UploadImageProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly signingKey: SigningKey;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly analysisQueue: WorkQueue;
}

/** `POST /v1/images`: takes an image in the request itself. */
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
      description: 'Takes an image in the request, stores it and queues its analysis',
      native: ['sharp'],
      memoryMb: 1769,
      timeoutSeconds: 29,
      reservedConcurrency: settings.apiConcurrency,
      provisionedConcurrency: settings.apiProvisionedConcurrency,
      environment: {
        ...STEADY_MEMORY,
        ...quotas(settings),
        RETENTION_DAYS: String(settings.retentionDays),
        IMAGE_LIMIT_PIXELS: String(settings.imageLimitPixels),
        ANALYSIS_QUEUE_URL: analysisQueue.queue.queueUrl,
        ...creditTerms(credits),
        ...creditPrices(credits),
      },
    });
    signingKey.grantVerify(this.function);
    table.grantReadWrite(this.function, 'identify');
    table.grantIdentify(this.function);
    table.grantDelete(this.function, 'identify');
    bucket.grant(this.function, { images: ['write', 'remove'] });
    analysisQueue.grantSend(this.function);
  }
}
