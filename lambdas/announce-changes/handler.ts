import type { DynamoDBRecord } from 'aws-lambda';
import {
  type AnnounceChangesPorts,
  announceChange,
  type Change,
} from '../../core/domain/announce-changes.ts';
import { streamHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends AnnounceChangesPorts {
  readonly readChange: (record: DynamoDBRecord) => Change | undefined;
}

/** Tells the world what the table's stream says has changed. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  streamHandler(async (record) => {
    const change = ports.readChange(record);
    if (change !== undefined) await announceChange(change, ports);
  }, telemetry);
