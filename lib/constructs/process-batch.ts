import { Construct } from 'constructs';
import { type CreditSettings, creditPrices, creditTerms } from '../credits.ts';
import type { Settings } from '../settings.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface ProcessBatchProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly analysisQueue: WorkQueue;
  readonly alarms: OperatorAlarms;
}

/** Makes, cancels and retries the jobs of batches, and writes large exports: the worker of the batch queue. */
export class ProcessBatch extends Construct {
  readonly batches: WorkQueue;

  constructor(scope: Construct, id: string, props: ProcessBatchProps) {
    super(scope, id);
    const { settings, credits, bucket, table, analysisQueue, alarms } = props;
    this.batches = new WorkQueue(this, 'Batches', {
      visibilitySeconds: settings.batchVisibilitySeconds,
      maxReceives: settings.maxReceives,
      alarms,
    });
    const process = new SegmentryFunction(this, 'Function', {
      name: 'process-batch',
      description: 'Makes, cancels and retries the jobs of batches, and writes large exports',
      memoryMb: 1024,
      timeoutSeconds: settings.batchTimeoutSeconds,
      environment: {
        ANALYSIS_QUEUE_URL: analysisQueue.queue.queueUrl,
        ...creditTerms(credits),
        ...creditPrices(credits),
      },
    });
    table.grantReadWrite(process);
    table.grantBatchGet(process);
    table.grantDelete(process);
    bucket.grant(process, { results: ['read'], exports: ['write-parts'] });
    analysisQueue.grantSend(process);
    this.batches.feed(process, { batchSize: 1, maxConcurrency: settings.analysisConcurrency });
  }

  grantSend(fn: SegmentryFunction): void {
    this.batches.grantSend(fn);
    fn.addEnvironment({ BATCH_QUEUE_URL: this.batches.queue.queueUrl });
  }
}
