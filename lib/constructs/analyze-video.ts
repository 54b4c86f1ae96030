import { Construct } from 'constructs';
import { type CreditSettings, creditTerms } from '../credits.ts';
import type { Settings } from '../settings.ts';
import { differencesOf, readTarget } from '../target.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction, threadsFor } from './segmentry-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface AnalyzeVideoProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly alarms: OperatorAlarms;
}

/** Runs the models on the frames of videos, a segment at a time: the worker of the segment queue. */
export class AnalyzeVideo extends Construct {
  readonly segments: WorkQueue;
  readonly function: SegmentryFunction;
  readonly #settings: Settings;

  constructor(scope: Construct, id: string, { settings, credits, bucket, table, alarms }: AnalyzeVideoProps) {
    super(scope, id);
    this.#settings = settings;
    const { analysisMemoryMb, analysisConcurrency } = settings;
    const { videoTools } = differencesOf(readTarget(this));
    this.segments = new WorkQueue(this, 'Segments', {
      visibilitySeconds: settings.segmentVisibilitySeconds,
      maxReceives: settings.maxReceives,
      alarms,
    });
    this.function = new SegmentryFunction(this, 'Function', {
      name: 'analyze-video',
      description: 'Runs a model on the frames of a video and stores what it found',
      native: ['sharp', 'onnxruntime-node'],
      asImage: true,
      memoryMb: analysisMemoryMb,
      timeoutSeconds: settings.segmentTimeoutSeconds,
      environment: {
        MODEL_MEMORY_MB: String(settings.modelMemoryMb),
        MODEL_CACHE_MB: String(settings.modelCacheMb),
        ANALYSIS_MAX_RECEIVES: String(settings.maxReceives),
        ANALYSIS_THREADS: String(threadsFor(analysisMemoryMb)),
        SEGMENT_SECONDS: String(settings.segmentTimeoutSeconds),
        VIDEO_LEASE_SECONDS: String(settings.videoLeaseSeconds),
        ...creditTerms(credits),
        ...videoTools(this),
      },
    });
    table.grantReadWrite(this.function);
    bucket.grant(this.function, {
      videos: ['read'],
      models: ['read'],
      results: ['read', 'write-parts', 'remove'],
    });
    this.segments.feed(this.function, { batchSize: 1, maxConcurrency: analysisConcurrency });
  }

  /** Lets a function divide videos among the workers. */
  grantDivide(fn: SegmentryFunction): void {
    this.segments.grantSend(fn);
    fn.addEnvironment({
      SEGMENT_QUEUE_URL: this.segments.queue.queueUrl,
      VIDEO_LEASE_SECONDS: String(this.#settings.videoLeaseSeconds),
    });
  }
}
