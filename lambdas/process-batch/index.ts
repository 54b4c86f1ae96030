import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createBatchRecords } from '../../core/adapters/dynamodb/records/batch-records.ts';
import { createBatchTransactions } from '../../core/adapters/dynamodb/records/batch-transactions.ts';
import { createCreditWriter } from '../../core/adapters/dynamodb/records/credit-writer.ts';
import { createImageRecords } from '../../core/adapters/dynamodb/records/image-records.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createLedger } from '../../core/adapters/dynamodb/records/ledger.ts';
import { createResultRecords } from '../../core/adapters/dynamodb/records/result-records.ts';
import { createVideoRecords } from '../../core/adapters/dynamodb/records/video-records.ts';
import { createJobCanceler } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { createAnalysisQueue } from '../../core/adapters/sqs/analysis-queue.ts';
import {
  AnalysisQueueEnvironment,
  BucketEnvironment,
  CreditPricesEnvironment,
  CreditTermsEnvironment,
  TableEnvironment,
} from '../../core/contracts/environment.ts';
import { readCreditPrices, readCreditTerms } from '../../core/runtime/read-credit-settings.ts';
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
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const now = () => new Date();
const credits = createCreditWriter(table, { terms: readCreditTerms(environment), now });

export const handler = createHandler(
  {
    batches: { ...createBatchRecords(table), ...createBatchTransactions(credits) },
    ledger: createLedger(table, credits),
    prices: readCreditPrices(environment),
    jobs: { ...createJobRecords(table), cancel: createJobCanceler(table, { now, credits }) },
    images: createImageRecords(table),
    videos: createVideoRecords(table),
    results: createResultRecords(table),
    objects: createObjectStore(new S3Client({ forcePathStyle: true }), environment.BUCKET_NAME),
    analysisQueue: createAnalysisQueue(new SQSClient({}), environment.ANALYSIS_QUEUE_URL),
    now,
  },
  createTelemetry('process-batch'),
);
