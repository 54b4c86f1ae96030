import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import {
  readChange,
  readEmptiedCounter,
  readGone,
} from '../../../core/adapters/dynamodb/stream/read-change.ts';
import { AnalysisOptions } from '../../../core/contracts/analysis-options.ts';
import type { PurgeMessage } from '../../../core/contracts/messages.ts';
import { type Batch, NO_COUNTS } from '../../../core/domain/entities/batch.ts';
import { createTelemetry } from '../../../core/runtime/telemetry.ts';
import { createHandler } from '../../../lambdas/announce-changes/handler.ts';

const job = (id: string, changes: object) => ({
  __edb_e__: 'job',
  id,
  userId: 'usr_1',
  mediaId: 'image-1',
  model: { id: 'food', version: '1' },
  options: AnalysisOptions.parse({}),
  status: 'running',
  createdAt: '2026-01-01T00:00:00.000Z',
  attempts: 1,
  ...changes,
});

const record = (sequence: string, before: object | undefined, after: object | undefined) =>
  ({
    dynamodb: {
      SequenceNumber: sequence,
      ...(before !== undefined && { OldImage: marshall(before) }),
      ...(after !== undefined && { NewImage: marshall(after) }),
    },
  }) as unknown as DynamoDBRecord;

const ended = { status: 'succeeded', finishedAt: '2026-01-01T00:00:05.000Z' };

async function handle(records: DynamoDBRecord[], batchesEnd = true) {
  const finishedBatches: string[] = [];
  const announced: string[] = [];
  const purged: PurgeMessage[] = [];
  const telemetry = createTelemetry('test');
  Object.assign(telemetry.logger, { error: () => {} });
  const handler = createHandler(
    {
      readChange,
      readEmptiedCounter,
      readGone,
      purgeQueue: { send: async (messages) => void purged.push(...messages) },
      batches: {
        find: async (id) => ({ id }) as Batch,
        listParts: async () => [],
        counts: async () => ({ ...NO_COUNTS, succeeded: 3, running: batchesEnd ? 0 : 1 }),
        markFinished: async ({ id }) => void finishedBatches.push(id),
      },
      uploads: { find: async () => undefined },
      now: () => new Date(),
      publish: async (all) => {
        announced.push(...all.map(({ event }) => event.data.id));
        return new Set();
      },
      settle: async () => {},
    },
    telemetry,
  );
  const context = { functionName: 'announce-changes', getRemainingTimeInMillis: () => 30_000 } as Context;
  return { answer: await handler({ Records: records }, context), announced, finishedBatches, purged };
}

it('announces the others when one record is poisoned, and gives that one back', async () => {
  const { answer, announced } = await handle([
    record('1', job('job_1', {}), job('job_1', ended)),
    record('2', job('job_2', {}), job('job_2', { ...ended, attempts: 'many' })),
    record('3', job('job_3', {}), job('job_3', ended)),
  ]);
  expect(announced).toEqual(['job_1', 'job_3']);
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
});

it('passes over what is not announced: other records, deletions', async () => {
  const { answer, announced } = await handle([
    record('1', undefined, { __edb_e__: 'image', id: 'image-1' }),
    record('2', job('job_1', ended), undefined),
    record('3', undefined, { what: 'no record of ours' }),
  ]);
  expect(announced).toEqual([]);
  expect(answer).toEqual({ batchItemFailures: [] });
});

const counter = (counts: object) => ({
  __edb_e__: 'batchCounter',
  batchId: 'bat_1',
  shard: 0,
  ...NO_COUNTS,
  ...counts,
});

it('ends a batch when a counter comes to zero and no other has open jobs', async () => {
  const emptied = record('1', counter({ running: 1 }), counter({ succeeded: 1 }));
  expect((await handle([emptied])).finishedBatches).toEqual(['bat_1']);
  expect((await handle([emptied], false)).finishedBatches).toEqual([]);
  const busy = record('1', counter({ running: 2 }), counter({ running: 1, succeeded: 1 }));
  expect((await handle([busy])).finishedBatches).toEqual([]);
});

it('ends the batch of a zip when the zip has been taken in', async () => {
  const upload = (status: string) => ({
    __edb_e__: 'upload',
    id: 'upl_1',
    userId: 'usr_1',
    status,
    batch: 'bat_1',
  });
  const taken = record('1', upload('processing'), upload('done'));
  expect((await handle([taken])).finishedBatches).toEqual(['bat_1']);
  const begun = record('1', upload('waiting'), upload('processing'));
  expect((await handle([begun])).finishedBatches).toEqual([]);
});

it.each(['succeeded', 'failed', 'canceled'])(
  'has the segments purged of a video’s job that has %s',
  async (status) => {
    const video = { framesPerSecond: 1, frameCount: 61, segmentFrames: 60, segmentCount: 2 };
    const end = { ...ended, status };
    const { purged } = await handle([
      record('1', job('job_1', { video }), job('job_1', { video, ...end })),
      record('2', job('job_2', { video }), job('job_2', { video, attempts: 2 })),
      record('3', job('job_3', {}), job('job_3', end)),
    ]);
    expect(purged).toEqual([{ kind: 'segments', id: 'job_1', count: 2 }]);
  },
);

it('has images, videos and webhooks purged that are gone, and nothing else', async () => {
  const image = { __edb_e__: 'image', id: 'img_1', userId: 'usr_1', sha256: 'abc', width: 3 };
  const { answer, announced, purged } = await handle([
    record('1', image, undefined),
    record('2', image, { ...image, width: 4 }),
    record('3', { __edb_e__: 'video', id: 'vid_1', frames: 2 }, undefined),
    record('4', job('job_1', ended), undefined),
    record('5', { __edb_e__: 'image', id: 'img_2' }, undefined),
    record('6', { __edb_e__: 'webhook', id: 'whk_1', userId: 'usr_1' }, undefined),
  ]);
  expect(purged).toEqual([
    { kind: 'image', id: 'img_1', userId: 'usr_1', sha256: 'abc' },
    { kind: 'video', id: 'vid_1' },
    { kind: 'webhook', id: 'whk_1' },
  ]);
  expect(announced).toEqual([]);
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '5' }] });
});
