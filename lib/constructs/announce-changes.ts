import { FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EventsTopic } from './events-topic.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { PurgeMedia } from './purge-media.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { StreamWorker } from './stream-worker.ts';

export interface AnnounceChangesProps {
  readonly table: RecordsTable;
  readonly events: EventsTopic;
  readonly purgeMedia: PurgeMedia;
  readonly alarms: OperatorAlarms;
}

/** Records whose end is announced, and the statuses that end them. */
const ANNOUNCED_STATUSES = {
  job: ['succeeded', 'failed', 'canceled'],
  batch: ['finished'],
  upload: ['done', 'failed'],
  webhook: ['disabled'],
  creditAccount: ['low'],
} as const;

/** AWS takes five. */
const PATTERNS = [
  {
    dynamodb: {
      NewImage: {
        __edb_e__: { S: FilterRule.or(...Object.keys(ANNOUNCED_STATUSES)) },
        status: { S: FilterRule.or(...new Set(Object.values(ANNOUNCED_STATUSES).flat())) },
        announcement: { S: FilterRule.isEqual('pending') },
      },
    },
  },
  // A batch may have ended when one of its counters has no open job left.
  {
    dynamodb: {
      NewImage: {
        __edb_e__: { S: FilterRule.isEqual('batchCounter') },
        queued: { N: FilterRule.isEqual('0') },
        running: { N: FilterRule.isEqual('0') },
      },
    },
  },
  {
    eventName: FilterRule.isEqual('REMOVE'),
    dynamodb: { OldImage: { __edb_e__: { S: FilterRule.or('image', 'video', 'webhook') } } },
  },
];

/**
 * Publishes what the table's stream shows as ended, and requests the purge of what it shows as removed: one reader for
 * both, because a shard serves two readers.
 */
export class AnnounceChanges extends Construct {
  constructor(scope: Construct, id: string, { table, events, purgeMedia, alarms }: AnnounceChangesProps) {
    super(scope, id);
    const announce = new SegmentryFunction(this, 'Function', {
      name: 'announce-changes',
      description: 'Publishes events and queues removals, from the table stream',
      memoryMb: 512,
      timeoutSeconds: 30,
    });
    events.grantPublish(announce);
    purgeMedia.grantRequest(announce);
    // It counts the open jobs of a batch.
    table.grantReadUpdate(announce);
    new StreamWorker(this, 'Stream', {
      table,
      worker: announce,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      patterns: PATTERNS,
      alarms,
      alarmNames: { givenUp: 'Unannounced', late: 'AnnouncedLate' },
    });
  }
}
