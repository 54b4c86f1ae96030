import {
  BatchGetCommand,
  BatchWriteCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { MemoryTable } from '../../helpers/memory-table/memory-table.ts';

const TableName = 'table';
const item = (sk: string, bytes: number) => ({ pk: 'p', sk, text: 'x'.repeat(bytes) });
const { client } = new MemoryTable();
const invalid = { name: 'ValidationException' };

it('refuses what DynamoDB refuses: items over 400 KB, transactions over 4 MB or 100 items', async () => {
  await client.send(new PutCommand({ TableName, Item: item('fits', 400 * 1024 - 20) }));
  await expect(client.send(new PutCommand({ TableName, Item: item('a', 400 * 1024) }))).rejects.toMatchObject(
    invalid,
  );
  const transact = (count: number, bytes: number) =>
    client.send(
      new TransactWriteCommand({
        TransactItems: Array.from({ length: count }, (_, index) => ({
          Put: { TableName, Item: item(`t${index}`, bytes) },
        })),
      }),
    );
  await transact(10, 390_000);
  await expect(transact(11, 390_000)).rejects.toMatchObject(invalid);
  await expect(transact(101, 1)).rejects.toMatchObject(invalid);
});

it('answers queries by pages of 1 MB and of a limit, and goes on after each', async () => {
  for (let index = 0; index < 5; index += 1) {
    await client.send(new PutCommand({ TableName, Item: { ...item(`q${index}`, 300_000), pk: 'paged' } }));
  }
  const query = (more: object) =>
    client.send(
      new QueryCommand({
        ...{ TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'paged' } },
        ...more,
      }),
    );
  const first = await query({});
  expect(first.Items?.map(({ sk }) => sk)).toEqual(['q0', 'q1', 'q2']);
  const rest = await query({ ExclusiveStartKey: first.LastEvaluatedKey });
  expect(rest.Items?.map(({ sk }) => sk)).toEqual(['q3', 'q4']);
  expect(rest.LastEvaluatedKey).toBeUndefined();
  const backwards = await query({ Limit: 2, ScanIndexForward: false });
  expect(backwards.Items?.map(({ sk }) => sk)).toEqual(['q4', 'q3']);
});

it('leaves what does not fit into an answer of 16 MB unprocessed, and refuses too many keys', async () => {
  const memory = new MemoryTable();
  const Keys = Array.from({ length: 50 }, (_, index) => ({ pk: 'p', sk: `b${index}` }));
  for (const { sk } of Keys) await memory.client.send(new PutCommand({ TableName, Item: item(sk, 390_000) }));
  const get = (some: typeof Keys) =>
    memory.client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: some } } }));
  const first = await get(Keys);
  const left = (first.UnprocessedKeys?.[TableName]?.Keys ?? []) as typeof Keys;
  expect(left.length).toBeGreaterThan(0);
  expect((first.Responses?.[TableName]?.length ?? 0) + left.length).toBe(50);
  expect((await get(left)).Responses?.[TableName]).toHaveLength(left.length);
  const many = Array.from({ length: 101 }, (_, index) => ({ pk: 'p', sk: `${index}` }));
  await expect(get(many)).rejects.toMatchObject(invalid);
});

it('takes 25 writes at once', async () => {
  const write = (count: number) =>
    client.send(
      new BatchWriteCommand({
        RequestItems: {
          [TableName]: Array.from({ length: count }, (_, index) => ({
            DeleteRequest: { Key: { pk: 'p', sk: `${index}` } },
          })),
        },
      }),
    );
  expect((await write(25)).UnprocessedItems).toEqual({});
  await expect(write(26)).rejects.toMatchObject(invalid);
});
