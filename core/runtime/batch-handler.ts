import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Telemetry, telemetryMiddlewares } from './telemetry.ts';

/**
 * Handles the messages of a queue one after another; one that throws is delivered again, its batch mates
 * are not.
 */
export const queueHandler = (work: (record: SQSRecord) => Promise<void>, telemetry: Telemetry) =>
  middy((event: SQSEvent, context: Context) =>
    processPartialResponse(
      event,
      logged(work, telemetry),
      new BatchProcessor(EventType.SQS),
      inOrder(context),
    ),
  ).use([...telemetryMiddlewares(telemetry), logMetrics(telemetry.metrics)]);

/** The same for records of the table's stream. */
export const streamHandler = (work: (record: DynamoDBRecord) => Promise<void>, telemetry: Telemetry) =>
  middy((event: DynamoDBStreamEvent, context: Context) =>
    processPartialResponse(
      event,
      logged(work, telemetry),
      new BatchProcessor(EventType.DynamoDBStreams),
      inOrder(context),
    ),
  ).use([...telemetryMiddlewares(telemetry), logMetrics(telemetry.metrics)]);

/** Records of the table's stream that are worked on together: where one can't be, the stream halves them. */
export const wholeStreamHandler = (
  work: (records: readonly DynamoDBRecord[]) => Promise<void>,
  telemetry: Telemetry,
) =>
  middy(({ Records }: DynamoDBStreamEvent) => logged(work, telemetry)(Records)).use([
    ...telemetryMiddlewares(telemetry),
    logMetrics(telemetry.metrics),
  ]);

const inOrder = (context: Context) => ({ context, processInParallel: false, throwOnFullBatchFailure: false });

/** Batch processing swallows what was thrown; the log keeps it. */
function logged<Item>(work: (record: Item) => Promise<void>, { logger, metrics }: Telemetry) {
  return async (record: Item): Promise<void> => {
    try {
      await work(record);
      metrics.addMetric('RecordsDone', MetricUnit.Count, 1);
    } catch (error) {
      logger.error('A record failed and will be delivered again', { error: error as Error });
      metrics.addMetric('RecordsFailed', MetricUnit.Count, 1);
      throw error;
    }
  };
}
