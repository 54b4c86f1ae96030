import { Construct } from 'constructs';
import type { MediaBucket } from './media-bucket.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface EraseUserProps {
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly alarms: OperatorAlarms;
}

const TIMEOUT_SECONDS = 300;

/** Removes what deleted users owned, and retries until nothing is left. */
export class EraseUser extends Construct {
  readonly #queue: WorkQueue;

  constructor(scope: Construct, id: string, { bucket, table, alarms }: EraseUserProps) {
    super(scope, id);
    this.#queue = new WorkQueue(this, 'Erasure', {
      visibilitySeconds: 6 * TIMEOUT_SECONDS,
      maxReceives: 10,
      alarms,
    });
    const erase = new SegmentryFunction(this, 'Function', {
      name: 'erase-user',
      description: 'Removes the images, results and records of deleted users',
      memoryMb: 512,
      timeoutSeconds: TIMEOUT_SECONDS,
    });
    table.grantRead(erase, 'erase');
    table.grantDelete(erase, 'erase');
    table.grantBatchWrite(erase, 'erase');
    bucket.grant(erase, {
      images: ['remove'],
      videos: ['remove'],
      results: ['remove'],
      overlays: ['remove'],
      thumbnails: ['remove'],
      uploads: ['remove'],
      archives: ['remove'],
    });
    this.#queue.feed(erase, { batchSize: 1, maxConcurrency: 2 });
  }

  grantRequest(fn: SegmentryFunction): void {
    this.#queue.grantSend(fn);
    fn.addEnvironment({ ERASURE_QUEUE_URL: this.#queue.queue.queueUrl });
  }
}
