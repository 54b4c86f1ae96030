import type { DynamoDBRecord } from 'aws-lambda';
import type { PurgeMessage } from '../../core/contracts/messages.ts';
import { type FinishBatchPorts, finishBatch } from '../../core/domain/batches/finish-batch.ts';
import type { Gone } from '../../core/domain/cleanup/purge-media.ts';
import { isOpen } from '../../core/domain/entities/upload.ts';
import {
  type AnnounceChangesPorts,
  announceChanges,
  type Change,
} from '../../core/domain/events/announce-changes.ts';
import { streamBatchHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends Omit<AnnounceChangesPorts, 'purgeSegments'>, FinishBatchPorts {
  readonly readChange: (record: DynamoDBRecord) => Change | undefined;
  /** The batch of a counter that has come to zero. */
  readonly readEmptiedCounter: (record: DynamoDBRecord) => string | undefined;
  readonly readGone: (record: DynamoDBRecord) => Gone | undefined;
  /** What hung on it may take long to remove, and must not keep announcements waiting. */
  readonly purgeQueue: { send(messages: readonly PurgeMessage[]): Promise<void> };
}

/** What a record of the stream asks for. */
interface Asked {
  readonly change: Change | undefined;
  /** The batch that may have ended. */
  readonly touched: string | undefined;
  readonly gone: Gone | undefined;
}

/** Tells the world what the table's stream says has changed. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  streamBatchHandler({ read: (record) => read(record, ports), work: (all) => act(all, ports) }, telemetry);

function read(record: DynamoDBRecord, ports: Ports): Asked {
  const change = ports.readChange(record);
  const touched = ports.readEmptiedCounter(record) ?? batchOf(change);
  return { change, touched, gone: ports.readGone(record) };
}

/** What fails does not hold up the others; afterwards all of it is tried again. */
async function act(all: readonly Asked[], ports: Ports): Promise<void> {
  const batches = new Set(all.flatMap(({ touched }) => touched ?? []));
  const done = await Promise.allSettled([
    ports.purgeQueue.send(all.flatMap(({ gone }) => gone ?? [])),
    announceChanges(
      all.flatMap(({ change }) => change ?? []),
      { ...ports, purgeSegments: ports.purgeQueue.send },
    ),
    ...[...batches].map((batchId) => finishBatch(batchId, ports)),
  ]);
  const failed = done.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** That of a zip which has been taken in: it waits for no more jobs. */
const batchOf = (change: Change | undefined) =>
  change?.entity === 'upload' && !isOpen(change.after) ? change.after.batch : undefined;
