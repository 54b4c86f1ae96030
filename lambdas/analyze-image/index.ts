import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createWorkerJobs } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { createSegmentQueue } from '../../core/adapters/sqs/segment-queue.ts';
import { composeSqs } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeCredits } from '../../core/composition/credits.ts';
import { composeModelSessions } from '../../core/composition/model-sessions.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
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
import { resultKey } from '../../core/domain/entities/job.ts';
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
const table = composeTable(environment);
const credits = composeCredits(table, environment);
const objects = composeObjects(environment);
const decodeImage = createImageDecoder({ limitPixels: environment.IMAGE_LIMIT_PIXELS });
const sessions = composeModelSessions(table, objects, environment);

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
    segmentQueue: createSegmentQueue(composeSqs(), environment.SEGMENT_QUEUE_URL),
    images: createImageRecords(table),
    objects,
    analyze: (job, image, bytes, signal) =>
      sessions.use(job.model, (model) =>
        inferImage({ bytes, image, options: job.options, signal }, { decodeImage, encodeLabelMap, model }),
      ),
    maxReceives: environment.ANALYSIS_MAX_RECEIVES,
  },
  createTelemetry('analyze-image'),
);
