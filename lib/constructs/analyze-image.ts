import { Construct } from 'constructs';
import { type CreditSettings, creditTerms } from '../credits.ts';
import type { Settings } from '../settings.ts';
import type { AnalyzeVideo } from './analyze-video.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction, threadsFor } from './segmentry-function.ts';
import type { WorkQueue } from './work-queue.ts';

export interface AnalyzeImageProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly analysisQueue: WorkQueue;
  readonly analyzeVideo: AnalyzeVideo;
}

/** Runs the models: the worker of the analysis queue. */
export class AnalyzeImage extends Construct {
  readonly function: SegmentryFunction;

  constructor(
    scope: Construct,
    id: string,
    { settings, credits, bucket, table, analysisQueue, analyzeVideo }: AnalyzeImageProps,
  ) {
    super(scope, id);
    const { analysisMemoryMb, analysisConcurrency } = settings;
    this.function = new SegmentryFunction(this, 'Function', {
      name: 'analyze-image',
      description: 'Runs a model on an image and stores what it found',
      native: ['sharp', 'onnxruntime-node'],
      asImage: true,
      memoryMb: analysisMemoryMb,
      timeoutSeconds: settings.analysisTimeoutSeconds,
      environment: {
        MODEL_MEMORY_MB: String(settings.modelMemoryMb),
        MODEL_CACHE_MB: String(settings.modelCacheMb),
        IMAGE_LIMIT_PIXELS: String(settings.imageLimitPixels),
        ...creditTerms(credits),
        ANALYSIS_MAX_RECEIVES: String(settings.maxReceives),
        ANALYSIS_LEASE_SECONDS: String(settings.analysisTimeoutSeconds),
        ANALYSIS_THREADS: String(threadsFor(analysisMemoryMb)),
      },
    });
    table.grantReadWrite(this.function);
    table.grantBatchGet(this.function);
    bucket.grant(this.function, { images: ['read'], models: ['read'], results: ['write', 'remove'] });
    analyzeVideo.grantDivide(this.function);
    // One message at a time: a slow image delays no other.
    analysisQueue.feed(this.function, { batchSize: 1, maxConcurrency: analysisConcurrency });
  }
}
