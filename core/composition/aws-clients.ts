import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { traceCalls } from '../adapters/xray/trace-calls.ts';

/** Tries of one call; what is throttled waits longer before each, a second in all. */
const ATTEMPTS = 5;
/** What has no connection by then is tried on another. */
const CONNECT_MS = 1_000;
/** How long the start of an answer is waited for: two tries fit into a request's 29 seconds. */
const ANSWER_MS = 10_000;
/** The same of the bucket, where the bytes that are sent, and copies within it, count too. */
const BUCKET_ANSWER_MS = 60_000;

const calls = (answerMs = ANSWER_MS) => ({
  maxAttempts: ATTEMPTS,
  retryMode: 'standard',
  requestHandler: {
    connectionTimeout: CONNECT_MS,
    requestTimeout: answerMs,
    throwOnRequestTimeout: true,
  },
});

export const composeDynamodb = () => traceCalls(new DynamoDBClient(calls()));
export const composeKms = () => traceCalls(new KMSClient(calls()));
export const composeSns = () => traceCalls(new SNSClient(calls()));
export const composeSqs = () => traceCalls(new SQSClient(calls()));

/** An emulator's buckets have no host names of their own. */
export const composeS3 = () => traceCalls(new S3Client({ ...calls(BUCKET_ANSWER_MS), forcePathStyle: true }));

/** @param endpoint of the stage whose WebSockets are sent to. */
export const composeLiveConnections = (endpoint: string) =>
  traceCalls(new ApiGatewayManagementApiClient({ ...calls(), endpoint }));
