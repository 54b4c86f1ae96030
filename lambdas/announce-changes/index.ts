import { SNSClient } from '@aws-sdk/client-sns';
import { readJobChange } from '../../core/adapters/dynamodb/read-change.ts';
import { createFinishedJobsTopic } from '../../core/adapters/sns/finished-jobs-topic.ts';
import { FinishedJobsEnvironment } from '../../core/contracts/environment.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(FinishedJobsEnvironment, process.env);

export const handler = createHandler(
  {
    readChange: readJobChange,
    finishedJobs: createFinishedJobsTopic(new SNSClient({}), environment.FINISHED_JOBS_TOPIC_ARN),
  },
  createTelemetry('announce-changes'),
);
