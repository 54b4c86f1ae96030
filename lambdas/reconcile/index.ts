import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createDatasetItemRecords } from '../../core/adapters/dynamodb/records/dataset-item-records.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createRecordedIds } from '../../core/adapters/dynamodb/records/recorded-ids.ts';
import {
  createDueDeliveries,
  createLongOpenBatches,
  createStalledUploads,
  createStuckJobs,
  createUnannouncedChanges,
} from '../../core/adapters/dynamodb/records/unreconciled-records.ts';
import { createUploadChunks } from '../../core/adapters/dynamodb/records/upload-chunks.ts';
import { createUploadRecords } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { createVideoRecords } from '../../core/adapters/dynamodb/records/video-records.ts';
import { createVideoSegmentRemover } from '../../core/adapters/dynamodb/records/video-segments.ts';
import { createJobFailer } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { createOutbox } from '../../core/adapters/dynamodb/stream/outbox.ts';
import { createEventsTopic } from '../../core/adapters/sns/events-topic.ts';
import { createAnalysisQueue } from '../../core/adapters/sqs/analysis-queue.ts';
import { createBatchQueue } from '../../core/adapters/sqs/batch-queue.ts';
import { countMessages, queueNameOf } from '../../core/adapters/sqs/count-messages.ts';
import { createAnalysisDeadLetters, createDeadUploadList } from '../../core/adapters/sqs/dead-letters.ts';
import { createDeliveryQueue } from '../../core/adapters/sqs/delivery-queue.ts';
import { composeSns, composeSqs } from '../../core/composition/aws-clients.ts';
import { now } from '../../core/composition/clock.ts';
import { composeCredits } from '../../core/composition/credits.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  AnalysisLimitEnvironment,
  AnalysisQueueEnvironment,
  BatchQueueEnvironment,
  BucketEnvironment,
  CreditTermsEnvironment,
  DeadLettersEnvironment,
  DeliveryQueueEnvironment,
  EventsEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(EventsEnvironment.shape)
    .extend(BucketEnvironment.shape)
    .extend(AnalysisQueueEnvironment.shape)
    .extend(AnalysisLimitEnvironment.shape)
    .extend(BatchQueueEnvironment.shape)
    .extend(DeadLettersEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(DeliveryQueueEnvironment.shape),
  process.env,
);
const table = composeTable(environment);
const sqs = composeSqs();
const credits = composeCredits(table, environment);
const { GPU_QUEUE_URL: gpuQueueUrl } = environment;

export const handler = createHandler(
  {
    jobs: {
      ...createJobRecords(table),
      ...createStuckJobs(table),
      fail: createJobFailer(table, { now, credits }),
    },
    batches: createBatchRecords(table),
    openBatches: createLongOpenBatches(table),
    listStalledUploads: createStalledUploads(table),
    uploads: { ...createUploadRecords(table, credits), ...createUploadChunks(table, credits) },
    images: createImageRecords(table),
    videos: createVideoRecords(table),
    datasetItems: createDatasetItemRecords(table, now),
    objects: composeObjects(environment),
    listRecorded: createRecordedIds(table),
    listUnannounced: createUnannouncedChanges(table),
    listDueDeliveries: createDueDeliveries(table),
    removeSegments: createVideoSegmentRemover(table),
    publish: createEventsTopic(composeSns(), environment.EVENTS_TOPIC_ARN).publish,
    settle: createOutbox(table).settle,
    analysisQueue: createAnalysisQueue(sqs, environment),
    listDeadUploads: createDeadUploadList(sqs, environment.UPLOAD_DEAD_LETTERS_URL),
    deadLetters: createAnalysisDeadLetters(sqs, [
      environment.ANALYSIS_DEAD_LETTERS_URL,
      ...(environment.GPU_DEAD_LETTERS_URL === undefined ? [] : [environment.GPU_DEAD_LETTERS_URL]),
    ]),
    gpuQueue:
      gpuQueueUrl === undefined
        ? undefined
        : {
            name: queueNameOf(gpuQueueUrl),
            count: () => countMessages(sqs, gpuQueueUrl),
          },
    batchQueue: createBatchQueue(sqs, environment.BATCH_QUEUE_URL),
    deliveryQueue: createDeliveryQueue(sqs, environment.DELIVERY_QUEUE_URL),
    maxAttempts: environment.ANALYSIS_MAX_RECEIVES,
    now,
  },
  createTelemetry('reconcile'),
);
