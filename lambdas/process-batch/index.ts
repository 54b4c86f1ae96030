import { SQSClient } from '@aws-sdk/client-sqs';
import { createBatchRecords } from '../../core/adapters/dynamodb/batch-records.ts';
import { createDocumentClient } from '../../core/adapters/dynamodb/document-client.ts';
import { createJobRecords } from '../../core/adapters/dynamodb/job-records.ts';
import { openTable } from '../../core/adapters/dynamodb/segmentry-table.ts';
import { createJobCanceler } from '../../core/adapters/dynamodb/worker-jobs.ts';
import { createAnalysisQueue } from '../../core/adapters/sqs/analysis-queue.ts';
import { AnalysisQueueEnvironment, TableEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(TableEnvironment.extend(AnalysisQueueEnvironment.shape), process.env);
const table = openTable(createDocumentClient(), environment.TABLE_NAME);
const now = () => new Date();

export const handler = createHandler(
  {
    batches: createBatchRecords(table),
    jobs: { ...createJobRecords(table), cancel: createJobCanceler(table, now) },
    analysisQueue: createAnalysisQueue(new SQSClient({}), environment.ANALYSIS_QUEUE_URL),
    now,
  },
  createTelemetry('process-batch'),
);
