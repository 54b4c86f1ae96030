import { Construct } from 'constructs';
import { type CreditSettings, creditTerms } from '../credits.ts';
import type { Settings } from '../settings.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface PurgeMediaProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly alarms: OperatorAlarms;
}

const TIMEOUT_SECONDS = 60;

/**
 * Removes the jobs, results and files of images and videos that were deleted or expired, the deliveries of webhooks that
 * were, and the segments of analyses that have ended: the worker of the purge queue.
 */
export class PurgeMedia extends Construct {
  readonly #purges: WorkQueue;

  constructor(scope: Construct, id: string, { settings, credits, bucket, table, alarms }: PurgeMediaProps) {
    super(scope, id);
    this.#purges = new WorkQueue(this, 'Purges', {
      visibilitySeconds: 6 * TIMEOUT_SECONDS,
      maxReceives: settings.maxReceives,
      alarms,
    });
    const purge = new SegmentryFunction(this, 'Function', {
      name: 'purge-media',
      description:
        'Removes what hung on images, videos and webhooks that are gone, and segments of ended analyses',
      memoryMb: 512,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: creditTerms(credits),
    });
    table.grantReadWrite(purge);
    table.grantDelete(purge);
    table.grantBatchWrite(purge);
    bucket.grant(purge, {
      images: ['remove'],
      videos: ['remove'],
      results: ['remove'],
      overlays: ['remove'],
      thumbnails: ['remove'],
    });
    this.#purges.feed(purge, { batchSize: 1, maxConcurrency: 2 });
  }

  /** Lets a function ask for purges. */
  grantRequest(fn: SegmentryFunction): void {
    this.#purges.grantSend(fn);
    fn.addEnvironment({ PURGE_QUEUE_URL: this.#purges.queue.queueUrl });
  }
}
