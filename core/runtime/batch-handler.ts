import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Telemetry, telemetryMiddlewares } from './telemetry.ts';

/** What is kept back of a function's time to write down that the rest was not enough. */
const TIME_TO_STOP_MS = 5000;

/** Aborted shortly before the function is. */
const createTimeLimit = (context: Context): AbortSignal =>
  AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - TIME_TO_STOP_MS));

/**
 * Handles the messages of a queue one after another; one that throws is delivered again, its batch mates
 * are not. `work` is told when to stop.
 */
export const queueHandler = (work: QueueWork, telemetry: Telemetry) => queueHandlerOf(() => work, telemetry);

type QueueWork = (record: SQSRecord, signal: AbortSignal) => Promise<void>;

/** The same where the messages of one invocation share something: `start` makes it, and what works with it. */
export const queueHandlerOf = (start: () => QueueWork, telemetry: Telemetry) =>
  middy((event: SQSEvent, context: Context) => {
    const signal = createTimeLimit(context);
    const work = start();
    return processPartialResponse(
      event,
      logged((record: SQSRecord) => work(record, signal), telemetry),
      new BatchProcessor(EventType.SQS),
      inOrder(context),
    );
  }).use([...telemetryMiddlewares(telemetry), logMetrics(telemetry.metrics)]);

/** Whether the queue gives the message up where this delivery fails too. */
export const isLastDelivery = ({ attributes }: Pick<SQSRecord, 'attributes'>, maxReceives: number): boolean =>
  Number(attributes.ApproximateReceiveCount) >= maxReceives;

/** How records of the table's stream are read one by one and worked on together. */
export interface StreamBatchHandler<Item> {
  /** @returns undefined for what is passed over. @throws where a record has not the form it must have. */
  readonly read: (record: DynamoDBRecord) => Item | undefined;
  readonly work: (items: readonly Item[]) => Promise<void>;
}

/**
 * Handles records of the stream together. A record that cannot be read is reported as failed and does not hold up
 * the others; if the work fails, the stream retries with halves of the batch.
 */
export const streamBatchHandler = <Item>({ read, work }: StreamBatchHandler<Item>, telemetry: Telemetry) =>
  middy(async ({ Records }: DynamoDBStreamEvent) => {
    const items: Item[] = [];
    const batchItemFailures: { itemIdentifier: string }[] = [];
    const readOne = logged(async (record: DynamoDBRecord) => {
      const item = read(record);
      if (item !== undefined) items.push(item);
    }, telemetry);
    for (const record of Records) {
      await readOne(record).catch(() => {
        batchItemFailures.push({ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' });
      });
    }
    await logged(work, telemetry)(items);
    return { batchItemFailures };
  }).use([...telemetryMiddlewares(telemetry), logMetrics(telemetry.metrics)]);

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
