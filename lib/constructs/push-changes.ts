import { FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { LiveApi } from './live-api.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import { StreamWorker } from './stream-worker.ts';

export interface PushChangesProps {
  readonly table: RecordsTable;
  readonly liveApi: LiveApi;
  readonly alarms: OperatorAlarms;
}

const PUSHED_ENTITIES = ['job', 'upload', 'batchCounter', 'creditAccount'];

/** Pushes the changes in the table's stream to open WebSockets, and closes those whose record is gone. */
export class PushChanges extends Construct {
  constructor(scope: Construct, id: string, { table, liveApi, alarms }: PushChangesProps) {
    super(scope, id);
    const push = new SegmentryFunction(this, 'Function', {
      name: 'push-changes',
      description: 'Pushes changes to the WebSockets that listen for them',
      memoryMb: 512,
      timeoutSeconds: 60,
    });
    table.grantReadDelete(push);
    liveApi.grantSend(push);
    liveApi.grantClose(push);
    new StreamWorker(this, 'Stream', {
      table,
      worker: push,
      // Nobody has subscribed to changes from before.
      startingPosition: StartingPosition.LATEST,
      batchSize: 1000,
      patterns: [
        { dynamodb: { NewImage: { __edb_e__: { S: FilterRule.or(...PUSHED_ENTITIES) } } } },
        { eventName: ['REMOVE'], dynamodb: { OldImage: { __edb_e__: { S: ['connection'] } } } },
      ],
      alarms,
      alarmNames: { givenUp: 'Unpushed', late: 'PushedLate' },
    });
  }
}
