import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { readLiveChange } from '../../../core/adapters/dynamodb/stream/read-live-change.ts';
import type { LiveMessage } from '../../../core/contracts/live-messages.ts';
import type { SendLive } from '../../../core/domain/entities/connection.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';
import { createHandler } from '../../../lambdas/push-changes/handler.ts';

const job = (id: string, changes: object = {}) => ({
  __edb_e__: 'job',
  id,
  userId: 'usr_1',
  mediaId: 'image-1',
  model: { id: 'food', version: '1' },
  status: 'queued',
  createdAt: '2026-01-01T00:00:00.000Z',
  attempts: 0,
  ...changes,
});

const record = (sequence: string, after: object) =>
  ({
    dynamodb: { SequenceNumber: sequence, NewImage: marshall(after) },
  }) as unknown as DynamoDBRecord;

/** Connections that were closed. */
const closed: string[] = [];

const CONTEXT = { functionName: 'push-changes' } as Context;

function createPusher(send: SendLive) {
  const telemetry = createTelemetry('test');
  Object.assign(telemetry.logger, { error: () => {} });
  return createHandler(
    {
      readLiveChange,
      connections: {
        listOfUser: async (userId) => [{ id: 'c=', userId, topics: ['me'] }],
        remove: async () => {},
      },
      batches: {
        find: async () => undefined,
        countsInSequence: async () => {
          throw new Error('not asked');
        },
      },
      send,
      close: async (id) => void closed.push(id),
    },
    telemetry,
  );
}

it('pushes the others when one record is poisoned, and gives that one back', async () => {
  let sent = 0;
  const push = createPusher(async () => {
    sent += 1;
    return true;
  });
  const poisoned = record('2', job('job_2', { model: 'no model' }));
  const Records = [record('1', job('job_1')), poisoned, record('3', job('job_3'))];
  expect(await push({ Records }, CONTEXT)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  expect(sent).toBe(2);
});

it('tells of a video as the table has it', async () => {
  const told: LiveMessage[] = [];
  const push = createPusher(async (_, message) => {
    told.push(message);
    return true;
  });
  const video = { framesPerSecond: 1, segmentFrames: 10, segmentCount: 1, frameCount: 1 };
  await push({ Records: [record('1', job('job_1', { video, segmentsDone: 0 }))] }, CONTEXT);
  expect(told).toMatchObject([{ type: 'job.updated', data: { id: 'job_1', video: 'image-1' } }]);
});

it('fails as a whole where pushing fails, so that the stream halves it', async () => {
  const push = createPusher(async () => {
    throw new Error('The gateway does not answer.');
  });
  await expect(push({ Records: [record('1', job('job_1'))] }, CONTEXT)).rejects.toThrow('does not answer');
});

it('closes a WebSocket whose record is gone, and nothing for other deletions', async () => {
  const push = createPusher(async () => true);
  const gone = (entity: string) =>
    ({
      eventName: 'REMOVE',
      dynamodb: {
        SequenceNumber: '1',
        OldImage: marshall({ __edb_e__: entity, id: entity, userId: 'usr_1' }),
      },
    }) as unknown as DynamoDBRecord;
  await push({ Records: [gone('connection'), gone('connectionOwner'), gone('job')] }, CONTEXT);
  expect(closed).toEqual(['connection']);
});
