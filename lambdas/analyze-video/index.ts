import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { createCreditWriter } from '../../core/adapters/dynamodb/records/credit-writer.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { createVideoRecords } from '../../core/adapters/dynamodb/records/video-records.ts';
import { createVideoSegments } from '../../core/adapters/dynamodb/records/video-segments.ts';
import { createJobFailer, createVideoJobEnder } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createFrameReader } from '../../core/adapters/ffmpeg/read-frames.ts';
import { createWeightsCache } from '../../core/adapters/files/weights-cache.ts';
import { loadModel } from '../../core/adapters/onnx/load-model.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { createFrameDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import {
  BucketEnvironment,
  CreditTermsEnvironment,
  ModelBudgetEnvironment,
  SegmentEnvironment,
  TableEnvironment,
  VideoToolsEnvironment,
} from '../../core/contracts/environment.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';
import { createModelSessions } from '../../core/domain/analysis/model-sessions.ts';
import { type RegisteredModel, weightsKey } from '../../core/domain/entities/model.ts';
import { videoKey } from '../../core/domain/entities/video.ts';
import { resultKey } from '../../core/domain/jobs/draw-overlay.ts';
import { readCreditTerms } from '../../core/runtime/read-credit-settings.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(SegmentEnvironment.shape)
    .extend(ModelBudgetEnvironment.shape)
    .extend(VideoToolsEnvironment.shape),
  process.env,
);
const BYTES_PER_MB = 1024 * 1024;
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const objects = createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME);
const now = () => new Date();
const credits = createCreditWriter(table, { terms: readCreditTerms(environment), now });
const finishJob = createVideoJobEnder(table, now);
const readFrames = createFrameReader({ ffmpeg: environment.FFMPEG_PATH });
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
    jobs: {
      find: createJobRecords(table).find,
      fail: createJobFailer(table, { now, credits }),
      succeedVideo: async (job, document) => {
        const key = resultKey(job.id);
        await objects.put(key, JSON.stringify(document), 'application/json');
        return finishJob(job, { summary: document.summary, key });
      },
    },
    segments: createVideoSegments(table, { leaseSeconds: environment.VIDEO_LEASE_SECONDS, now }),
    videos: createVideoRecords(table),
    objects,
    async *readFrames(video, segment, framesPerSecond) {
      const url = await objects.signedUrl(videoKey(video.id), environment.SEGMENT_SECONDS);
      yield* readFrames({ url, segment, framesPerSecond }, video);
    },
    analyzeFrame: async (
      { model: reference, options },
      { id, sha256, width, height },
      { timeSeconds, pixels },
    ) => {
      const decodeImage = createFrameDecoder({ width, height });
      const { image: video, ...found } = await sessions.use(reference, (model) =>
        inferImage({ bytes: pixels, image: { id, sha256 }, options }, { decodeImage, encodeLabelMap, model }),
      );
      return { timeSeconds, video, ...found };
    },
    maxReceives: environment.ANALYSIS_MAX_RECEIVES,
  },
  createTelemetry('analyze-video'),
);
