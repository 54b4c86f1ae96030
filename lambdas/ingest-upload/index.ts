import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createDatasetItemRecords } from '../../core/adapters/dynamodb/records/dataset-item-records.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createImageTransactions } from '../../core/adapters/dynamodb/records/image-transactions.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createOpenJobCounter } from '../../core/adapters/dynamodb/records/open-jobs.ts';
import { createResultCache } from '../../core/adapters/dynamodb/records/result-cache.ts';
import { createUploadChunks } from '../../core/adapters/dynamodb/records/upload-chunks.ts';
import { createUploadRecords } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { createVideoRecords } from '../../core/adapters/dynamodb/records/video-records.ts';
import { createVideoTransactions } from '../../core/adapters/dynamodb/records/video-transactions.ts';
import { createVideoProbe } from '../../core/adapters/ffmpeg/probe-video.ts';
import { createImageNormalizer } from '../../core/adapters/sharp/normalize-image.ts';
import { createAnalysisQueue } from '../../core/adapters/sqs/analysis-queue.ts';
import { createZipChunkQueue } from '../../core/adapters/sqs/zip-chunk-queue.ts';
import { openZip } from '../../core/adapters/zip/open-zip.ts';
import { composeSqs } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeCredits, composePrices } from '../../core/composition/credits.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  AnalysisQueueEnvironment,
  BucketEnvironment,
  CreditPricesEnvironment,
  CreditTermsEnvironment,
  ImageLimitEnvironment,
  QuotaEnvironment,
  RetentionEnvironment,
  SizeLimitEnvironment,
  TableEnvironment,
  UploadQueueEnvironment,
  VideoLimitEnvironment,
  VideoToolsEnvironment,
  ZipLimitEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(AnalysisQueueEnvironment.shape)
    .extend(ImageLimitEnvironment.shape)
    .extend(RetentionEnvironment.shape)
    .extend(QuotaEnvironment.pick({ OPEN_JOB_LIMIT: true }).shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(CreditPricesEnvironment.shape)
    .extend(SizeLimitEnvironment.shape)
    .extend(ZipLimitEnvironment.shape)
    .extend(UploadQueueEnvironment.shape)
    .extend(VideoLimitEnvironment.shape)
    .extend(VideoToolsEnvironment.shape),
  process.env,
);
const probe = createVideoProbe({
  ffprobe: environment.FFPROBE_PATH,
  limits: {
    pixels: environment.VIDEO_LIMIT_PIXELS,
    durationSeconds: environment.VIDEO_LIMIT_SECONDS,
    decodedPixels: environment.VIDEO_LIMIT_DECODED_PIXELS,
  },
});
const sqs = composeSqs();
const table = composeTable(environment);
const credits = composeCredits(table, environment);
const objects = composeObjects(environment);

export const handler = createHandler(
  {
    retentionDays: environment.RETENTION_DAYS,
    normalizeImage: createImageNormalizer({ limitPixels: environment.IMAGE_LIMIT_PIXELS }),
    objects,
    arrived: {
      copy: objects.copy,
      read: ({ key, version }) => objects.get(key, version),
      remove: ({ key, version }) => objects.remove(key, version),
    },
    uploads: { ...createUploadRecords(table, credits), ...createUploadChunks(table, credits) },
    images: { ...createImageRecords(table), ...createImageTransactions(table, credits) },
    jobs: createJobRecords(table),
    batches: createBatchRecords(table),
    resultCache: createResultCache(table),
    prices: composePrices(environment),
    datasetItems: createDatasetItemRecords(table, now),
    openArchive: async (key) =>
      openZip({
        sizeBytes: await objects.sizeOf(key),
        readRange: (start, end) => objects.getRange(key, start, end),
      }),
    openJobLimit: environment.OPEN_JOB_LIMIT,
    countOpenJobs: createOpenJobCounter(table),
    zipLimits: {
      entries: environment.ZIP_LIMIT_ENTRIES,
      imageBytes: environment.IMAGE_LIMIT_BYTES,
      videoBytes: environment.VIDEO_LIMIT_BYTES,
    },
    probeVideo: async (key) => probe(await objects.signedUrl(key)),
    videos: { ...createVideoRecords(table), ...createVideoTransactions(credits) },
    videoLimits: {
      frames: environment.VIDEO_LIMIT_FRAMES,
      segmentFrames: environment.VIDEO_SEGMENT_FRAMES,
    },
    zipChunkQueue: createZipChunkQueue(sqs, environment.UPLOAD_QUEUE_URL),
    maxReceives: environment.UPLOAD_MAX_RECEIVES,
    analysisQueue: createAnalysisQueue(sqs, environment),
    now,
  },
  createTelemetry('ingest-upload'),
);
