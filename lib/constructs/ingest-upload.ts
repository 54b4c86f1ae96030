import { Construct } from 'constructs';
import { STEADY_MEMORY } from '../../core/contracts/environment.ts';
import { type CreditSettings, creditPrices, creditTerms } from '../credits.ts';
import { type Settings, sizeLimits, videoLimits } from '../settings.ts';
import { differencesOf, readTarget } from '../target.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface IngestUploadProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly analysisQueue: WorkQueue;
  readonly alarms: OperatorAlarms;
}

/**
 * Takes in what arrives under `uploads/`: S3 tells a queue, the queue feeds the function. The function sends
 * the entries of a zip to the same queue, in chunks.
 */
export class IngestUpload extends Construct {
  readonly uploads: WorkQueue;

  constructor(scope: Construct, id: string, props: IngestUploadProps) {
    super(scope, id);
    const { settings, credits, bucket, table, analysisQueue, alarms } = props;
    const { videoTools } = differencesOf(readTarget(this));
    this.uploads = new WorkQueue(this, 'Uploads', {
      visibilitySeconds: settings.ingestVisibilitySeconds,
      maxReceives: settings.maxReceives,
      alarms,
    });
    bucket.notifyOf('uploads', this.uploads.queue);
    const ingest = new SegmentryFunction(this, 'Function', {
      name: 'ingest-upload',
      description: 'Checks, compresses and stores what was uploaded by a presigned form',
      native: ['sharp'],
      asImage: true,
      memoryMb: 1769,
      timeoutSeconds: settings.ingestTimeoutSeconds,
      environment: {
        ...STEADY_MEMORY,
        RETENTION_DAYS: String(settings.retentionDays),
        IMAGE_LIMIT_PIXELS: String(settings.imageLimitPixels),
        ANALYSIS_QUEUE_URL: analysisQueue.queue.queueUrl,
        UPLOAD_QUEUE_URL: this.uploads.queue.queueUrl,
        UPLOAD_MAX_RECEIVES: String(settings.maxReceives),
        OPEN_JOB_LIMIT: String(settings.openJobLimit),
        ZIP_LIMIT_ENTRIES: String(settings.zipLimitEntries),
        ...sizeLimits(settings),
        ...creditTerms(credits),
        ...creditPrices(credits),
        ...videoLimits(settings),
        ...videoTools(this),
      },
    });
    table.grantReadWrite(ingest);
    table.grantBatchGet(ingest);
    table.grantConditionCheck(ingest);
    table.grantDelete(ingest);
    bucket.grant(ingest, {
      uploads: ['read', 'remove'],
      archives: ['read', 'write', 'remove'],
      images: ['write', 'remove'],
      videos: ['read', 'write-parts', 'remove'],
    });
    analysisQueue.grantSend(ingest);
    this.uploads.grantSend(ingest);
    this.uploads.feed(ingest, { batchSize: 1, maxConcurrency: settings.analysisConcurrency });
  }
}
