import type { DynamoDBRecord } from 'aws-lambda';
import type { PurgeMessage } from '../../core/contracts/messages.ts';
import { type FinishBatchPorts, finishBatch } from '../../core/domain/batches/finish-batch.ts';
import type { GoneMedia } from '../../core/domain/cleanup/purge-media.ts';
import { isOpen } from '../../core/domain/entities/upload.ts';
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
  readonly readGoneMedia: (record: DynamoDBRecord) => GoneMedia | undefined;
  /** What hung on it may take long to remove, and must not keep announcements waiting. */
  readonly purgeQueue: { send(message: PurgeMessage): Promise<void> };
}

/** Tells the world what the table's stream says has changed. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  streamHandler(async (record) => {
    const batchId = ports.readEmptiedCounter(record);
    const gone = ports.readGoneMedia(record);
    if (gone !== undefined) await ports.purgeQueue.send(gone);
    const change = ports.readChange(record);
    const touched = batchId ?? batchOf(change);
    if (touched !== undefined) await finishBatch(touched, ports);
    if (change !== undefined) await announceChange(change, ports);
  }, telemetry);

/** That of a zip which has been taken in: it waits for no more jobs. */
const batchOf = (change: Change | undefined) =>
  change?.entity === 'upload' && !isOpen(change.after) ? change.after.batch : undefined;
