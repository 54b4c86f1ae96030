import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, it } from 'vitest';
import { readPage } from '../../../../../core/adapters/dynamodb/table/read-page.ts';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { InvalidCursorError } from '../../../../../core/domain/entities/errors.ts';

interface Input {
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: Record<string, string>;
}

const inputs: Input[] = [];
let refusal: Error | undefined;
const client = {
  send: async ({ input }: { input: Input }) => {
    inputs.push(input);
    if (refusal !== undefined) throw refusal;
    return { Items: [] };
  },
} as unknown as DynamoDBDocumentClient;
const { job, image } = openTable(client, 'table').entities;

beforeEach(() => {
  inputs.length = 0;
  refusal = undefined;
});

const cursorOf = (key: object) => Buffer.from(JSON.stringify(key)).toString('base64url');
const keyOf = (userId: string) => ({
  pk: '$segmentry#id_job_1',
  sk: '$job_1',
  gsi1pk: `$segmentry#userid_${userId}`,
  gsi1sk: '$job_1#createdat_2026-01-01t00:00:00.000z#id_job_1',
});
const read = (cursor?: string) => readPage(job.query.byUser({ userId: 'usr_a' }), { limit: 7, cursor });

it('reads newest first, up to the limit', async () => {
  expect(await read()).toEqual({ items: [], next: null });
  expect(inputs).toMatchObject([{ Limit: 7, ScanIndexForward: false }]);
});

it('goes on after the cursor', async () => {
  await read(cursorOf(keyOf('usr_a')));
  expect(inputs[0]?.ExclusiveStartKey).toEqual(keyOf('usr_a'));
});

it.each([
  ['of another user', cursorOf(keyOf('usr_b'))],
  ['that is no key', cursorOf([1, 2])],
  ['that is no JSON', 'zzz'],
  ['with half a key', cursorOf({ gsi1pk: '$segmentry#userid_usr_a' })],
])('refuses a cursor %s', async (_, cursor) => {
  await expect(read(cursor)).rejects.toThrow(InvalidCursorError);
  expect(inputs).toEqual([]);
});

it('refuses a cursor of another list of the same user', async () => {
  const images = image.query.byUser({ userId: 'usr_a' });
  await expect(readPage(images, { limit: 7, cursor: cursorOf(keyOf('usr_a')) })).rejects.toThrow(
    InvalidCursorError,
  );
});

it('refuses a cursor that the table refuses, and passes on every other failure', async () => {
  refusal = Object.assign(new Error('The provided starting key is invalid'), { name: 'ValidationException' });
  await expect(read(cursorOf(keyOf('usr_a')))).rejects.toThrow(InvalidCursorError);
  refusal = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
  await expect(read(cursorOf(keyOf('usr_a')))).rejects.toThrow('slow down');
});
