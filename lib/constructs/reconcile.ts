import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type CreditSettings, creditTerms } from '../credits.ts';
import type { Settings } from '../settings.ts';
import type { AnalysisQueue } from './analysis-queue.ts';
import type { DeliverWebhook } from './deliver-webhook.ts';
import type { EventsTopic } from './events-topic.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { ProcessBatch } from './process-batch.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ReconcileProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly analysisQueue: AnalysisQueue;
  readonly uploads: WorkQueue;
  readonly events: EventsTopic;
  readonly deliverWebhook: DeliverWebhook;
  readonly processBatch: ProcessBatch;
}

/** Restarts, every minute, what lost its message, its worker or its announcement. */
export class Reconcile extends Construct {
  readonly function: SegmentryFunction;

  constructor(scope: Construct, id: string, props: ReconcileProps) {
    super(scope, id);
    const { settings, credits, bucket, table, analysisQueue, uploads, events, deliverWebhook, processBatch } =
      props;
    this.function = new SegmentryFunction(this, 'Function', {
      name: 'reconcile',
      description: 'Looks every minute for what got stuck, and restarts it',
      memoryMb: 512,
      timeoutSeconds: 300,
      environment: {
        ANALYSIS_QUEUE_URL: analysisQueue.queue.queueUrl,
        ANALYSIS_DEAD_LETTERS_URL: analysisQueue.deadLetters.queueUrl,
        UPLOAD_DEAD_LETTERS_URL: uploads.deadLetters.queueUrl,
        ...creditTerms(credits),
        ANALYSIS_MAX_RECEIVES: String(settings.maxReceives),
      },
    });
    table.grantReadWrite(this.function);
    table.grantBatchGet(this.function);
    table.grantDelete(this.function);
    bucket.grant(this.function, {
      archives: ['remove'],
      images: ['remove'],
      videos: ['remove'],
      results: ['remove'],
      overlays: ['remove'],
      thumbnails: ['remove'],
    });
    bucket.grantList(this.function);
    analysisQueue.grantSend(this.function);
    analysisQueue.grantRevive(this.function);
    analysisQueue.grantMeasure(this.function);
    uploads.grantRevive(this.function);
    deliverWebhook.grantSend(this.function);
    processBatch.grantSend(this.function);
    events.grantPublish(this.function);
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      // A late run is no use: the next one does the same.
      targets: [new LambdaFunction(this.function.live, { retryAttempts: 0 })],
    });
  }
}
