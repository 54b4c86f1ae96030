import type { DynamoDBRecord } from 'aws-lambda';
import { type LiveChange, type PushChangesPorts, pushChanges } from '../../core/domain/live/push-changes.ts';
import { streamBatchHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends PushChangesPorts {
  readonly readLiveChange: (record: DynamoDBRecord) => LiveChange | undefined;
}

/** Tells those who listen what the table's stream says has changed. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  streamBatchHandler(
    { read: ports.readLiveChange, work: (changes) => pushChanges(changes, ports) },
    telemetry,
  );
