import type { DynamoDBRecord } from 'aws-lambda';
import { type FinishBatchPorts, finishBatch } from '../../core/domain/batches/finish-batch.ts';
import {
  type AnnounceChangesPorts,
  announceChange,
  type Change,
} from '../../core/domain/events/announce-changes.ts';
import { streamHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends AnnounceChangesPorts, FinishBatchPorts {
  readonly readChange: (record: DynamoDBRecord) => Change | undefined;
  /** The batch of a counter that has come to zero. */
  readonly readEmptiedCounter: (record: DynamoDBRecord) => string | undefined;
}

/** Tells the world what the table's stream says has changed. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  streamHandler(async (record) => {
    const batchId = ports.readEmptiedCounter(record);
    if (batchId !== undefined) await finishBatch(batchId, ports);
    const change = ports.readChange(record);
    if (change !== undefined) await announceChange(change, ports);
  }, telemetry);
