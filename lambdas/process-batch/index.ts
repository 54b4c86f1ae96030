import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createBatchTransactions } from '../../core/adapters/dynamodb/records/batch-transactions.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createLedger } from '../../core/adapters/dynamodb/records/ledger.ts';
import { createResultRecords } from '../../core/adapters/dynamodb/records/result-records.ts';
import { createUploadReader } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { createVideoRecords } from '../../core/adapters/dynamodb/records/video-records.ts';
import { createJobCanceler } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { createAnalysisQueue } from '../../core/adapters/sqs/analysis-queue.ts';
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
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(AnalysisQueueEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(CreditPricesEnvironment.shape),
  process.env,
);
const table = composeTable(environment);
const credits = composeCredits(table, environment);

export const handler = createHandler(
  {
    batches: { ...createBatchRecords(table), ...createBatchTransactions(credits) },
    uploads: createUploadReader(table),
    ledger: createLedger(table, credits),
    prices: composePrices(environment),
    jobs: { ...createJobRecords(table), cancel: createJobCanceler(table, { now, credits }) },
    images: createImageRecords(table),
    videos: createVideoRecords(table),
    results: createResultRecords(table),
    objects: composeObjects(environment),
    analysisQueue: createAnalysisQueue(composeSqs(), environment),
    now,
  },
  createTelemetry('process-batch'),
);
