import { createSegmentQueue } from '../../core/adapters/sqs/segment-queue.ts';
import { composeSqs } from '../../core/composition/aws-clients.ts';
import { composeImageAnalysis } from '../../core/composition/image-analysis.ts';
import {
  AnalysisEnvironment,
  BucketEnvironment,
  CreditTermsEnvironment,
  ImageLimitEnvironment,
  ModelBudgetEnvironment,
  SegmentQueueEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
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

export const handler = createHandler(
  composeImageAnalysis(environment, {
    videoLeaseSeconds: environment.VIDEO_LEASE_SECONDS,
    segmentQueue: createSegmentQueue(composeSqs(), environment.SEGMENT_QUEUE_URL),
  }),
  createTelemetry('analyze-image'),
);
