import { Construct } from 'constructs';
import { BESIDES_THE_TRIAL_MB } from '../check-settings.ts';
import type { Settings } from '../settings.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface CheckModelProps {
  readonly settings: Settings;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly alarms: OperatorAlarms;
}

/** Checks weights that arrive under `incoming-models/`: S3 tells a queue, the queue feeds the function. */
export class CheckModel extends Construct {
  readonly incoming: WorkQueue;

  constructor(scope: Construct, id: string, { settings, bucket, table, alarms }: CheckModelProps) {
    super(scope, id);
    this.incoming = new WorkQueue(this, 'IncomingModels', {
      visibilitySeconds: settings.modelCheckVisibilitySeconds,
      maxReceives: settings.maxReceives,
      alarms,
    });
    bucket.notifyOf('incoming-models', this.incoming.queue);
    const check = new SegmentryFunction(this, 'Function', {
      name: 'check-model',
      description: 'Checks a model that was added, and makes it available if it passes',
      native: ['onnxruntime-node'],
      memoryMb: settings.modelTrialMb + BESIDES_THE_TRIAL_MB,
      timeoutSeconds: settings.modelCheckTimeoutSeconds,
      environment: {
        MODEL_TRIAL_SECONDS: String(settings.modelTrialSeconds),
        MODEL_TRIAL_MB: String(settings.modelTrialMb),
        MODEL_CHECK_MAX_RECEIVES: String(settings.maxReceives),
      },
    });
    table.grantReadUpdate(check);
    bucket.grant(check, { 'incoming-models': ['read', 'remove'], models: ['write'] });
    this.incoming.feed(check, { batchSize: 1, maxConcurrency: 2 });
  }
}
