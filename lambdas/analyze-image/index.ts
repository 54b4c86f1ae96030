import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createCreditWriter } from '../../core/adapters/dynamodb/records/credit-writer.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createWorkerJobs } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createWeightsCache } from '../../core/adapters/files/weights-cache.ts';
import { loadModel } from '../../core/adapters/onnx/load-model.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { createSegmentQueue } from '../../core/adapters/sqs/segment-queue.ts';
import {
  AnalysisEnvironment,
  BucketEnvironment,
  CreditTermsEnvironment,
  ImageLimitEnvironment,
  ModelBudgetEnvironment,
  SegmentQueueEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';
import { createModelSessions } from '../../core/domain/analysis/model-sessions.ts';
import { type RegisteredModel, weightsKey } from '../../core/domain/entities/model.ts';
import { resultKey } from '../../core/domain/jobs/draw-overlay.ts';
import { readCreditTerms } from '../../core/runtime/read-credit-settings.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(ImageLimitEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(AnalysisEnvironment.shape)
    .extend(ModelBudgetEnvironment.shape)
    .extend(SegmentQueueEnvironment.shape),
  process.env,
);
const BYTES_PER_MB = 1024 * 1024;
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const now = () => new Date();
const credits = createCreditWriter(table, { terms: readCreditTerms(environment), now });
const objects = createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME);
const decodeImage = createImageDecoder({ limitPixels: environment.IMAGE_LIMIT_PIXELS });
const models = createModelRecords(table);
const weights = createWeightsCache({
  folder: join(tmpdir(), 'segmentry-models'),
  limitBytes: environment.MODEL_CACHE_MB * BYTES_PER_MB,
  fetch: (model: RegisteredModel) => objects.get(weightsKey(model)),
});
const sessions = createModelSessions({
  find: (model) => models.find(model),
  readWeights: weights.read,
  load: (bytes, manifest) => loadModel({ bytes }, manifest, { threads: environment.ANALYSIS_THREADS }),
  limitBytes: environment.MODEL_MEMORY_MB * BYTES_PER_MB,
});

export const handler = createHandler(
  {
    jobs: createWorkerJobs(table, {
      leaseSeconds: environment.ANALYSIS_LEASE_SECONDS,
      videoLeaseSeconds: environment.VIDEO_LEASE_SECONDS,
      now,
      credits,
      putLargeResult: async (jobId, json) => {
        const key = resultKey(jobId);
        await objects.put(key, json, 'application/json');
        return key;
      },
    }),
    segmentQueue: createSegmentQueue(new SQSClient({}), environment.SEGMENT_QUEUE_URL),
    images: createImageRecords(table),
    objects,
    analyze: (job, image, bytes) =>
      sessions.use(job.model, (model) =>
        inferImage({ bytes, image, options: job.options }, { decodeImage, encodeLabelMap, model }),
      ),
    maxReceives: environment.ANALYSIS_MAX_RECEIVES,
  },
  createTelemetry('analyze-image'),
);
