import {
  BatchGetCommand,
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';

/** A table with the keys of the product's: `pk` and `sk`. */
export interface TableSubject {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** What a table does that another is held against. Each case has a partition of its own. */
const CASES: Readonly<Record<string, (subject: TableSubject) => Promise<void>>> = {
  'refuses items over 400 KB': async (subject) => {
    await put(subject, item('big', 'fits', 400 * 1024 - 30));
    await expect(put(subject, item('big', 'too large', 400 * 1024))).rejects.toMatchObject(invalid);
    const values = { ':more': 'x'.repeat(100) };
    const grow = update(subject, { key: { pk: 'big', sk: 'fits' }, set: 'SET more = :more', values });
    await expect(grow).rejects.toMatchObject(invalid);
  },

  'refuses transactions over 4 MB': async (subject) => {
    await transact(subject, items('heavy', 10, 390_000));
    await expect(transact(subject, items('heavier', 11, 390_000))).rejects.toMatchObject(invalid);
    expect(await query(subject, { pk: 'heavier', Limit: 1 })).toMatchObject({ Items: [] });
  },

  'refuses transactions of over 100 items, and items named twice': async (subject) => {
    await transact(subject, items('many', 100, 1));
    await expect(transact(subject, items('too many', 101, 1))).rejects.toMatchObject(invalid);
    await expect(transact(subject, [item('twice', 'a', 1), item('twice', 'a', 1)])).rejects.toMatchObject(
      invalid,
    );
  },

  'writes a transaction whole or not at all, and says which condition did not hold': async (subject) => {
    await put(subject, item('whole', 'there', 1));
    const isNew = 'attribute_not_exists(pk)';
    const both = transact(subject, [item('whole', 'new', 1), item('whole', 'there', 1)], isNew);
    await expect(both).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    expect((await query(subject, { pk: 'whole' })).Items).toHaveLength(1);
  },

  'tells what lies where a part asks for it whose condition does not hold': async (subject) => {
    const { client, tableName: TableName } = subject;
    await put(subject, { ...item('told', 'there', 1), count: 7 });
    const write = {
      TableName,
      Item: item('told', 'there', 1),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    const asked = client.send(new TransactWriteCommand({ TransactItems: [{ Put: write }] }));
    // As the service writes it: the client reads it for nobody.
    const reason = { Code: 'ConditionalCheckFailed', Item: { count: { N: '7' } } };
    await expect(asked).rejects.toMatchObject({ CancellationReasons: [reason] });
  },

  'refuses a write whose condition does not hold': async (subject) => {
    await put(subject, { pk: 'one', sk: 'a', count: 1 });
    const add = (when: number) =>
      update(subject, {
        key: { pk: 'one', sk: 'a' },
        set: 'ADD #c :one',
        when: '#c = :when',
        values: { ':one': 1, ':when': when },
      });
    await add(1);
    await expect(add(1)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    const { client, tableName: TableName } = subject;
    const { Item } = await client.send(new GetCommand({ TableName, Key: { pk: 'one', sk: 'a' } }));
    expect(Item?.count).toBe(2);
  },

  'takes from a number in transactions as long as it is large enough': async (subject) => {
    const { client, tableName: TableName } = subject;
    await put(subject, { pk: 'taken', sk: 'from', count: 10 });
    const take = (count: number) => {
      const Update = {
        TableName,
        Key: { pk: 'taken', sk: 'from' },
        UpdateExpression: 'ADD #c :more',
        ConditionExpression: '#c >= :least AND #c < :most',
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':more': -count, ':least': count, ':most': 100 },
      };
      return client.send(new TransactWriteCommand({ TransactItems: [{ Update }] }));
    };
    for (const count of [4, 0, 4]) await take(count);
    await expect(take(4)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    const { Item } = await client.send(new GetCommand({ TableName, Key: { pk: 'taken', sk: 'from' } }));
    expect(Item?.count).toBe(2);
  },

  'compares lists as a whole, with what stands in them': async (subject) => {
    const key = { pk: 'lists', sk: 'of maps' };
    const list = [{ name: 'a' }, { name: 'b', until: '1' }];
    await put(subject, { ...key, list });
    const replace = (known: object[]) =>
      subject.client.send(
        new UpdateCommand({
          TableName: subject.tableName,
          Key: key,
          UpdateExpression: 'SET #l = :list',
          ConditionExpression: '#l = :known',
          ExpressionAttributeNames: { '#l': 'list' },
          ExpressionAttributeValues: { ':list': list, ':known': known },
        }),
      );
    await expect(replace([{ name: 'a' }])).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await expect(replace([{ name: 'a' }, { name: 'b' }])).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    await replace(list);
  },

  'answers queries by pages of 1 MB, and goes on after each': async (subject) => {
    for (const each of items('paged', 5, 300_000)) await put(subject, each);
    const first = await query(subject, { pk: 'paged' });
    expect(namesIn(first)).toEqual(['0', '1', '2']);
    const rest = await query(subject, { pk: 'paged', ExclusiveStartKey: first.LastEvaluatedKey });
    expect(namesIn(rest)).toEqual(['3', '4']);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  },

  'answers queries by pages of a limit, in either order, with a filter after the limit': async (subject) => {
    for (const each of items('limited', 5, 1)) await put(subject, each);
    const backwards = await query(subject, { pk: 'limited', Limit: 2, ScanIndexForward: false });
    expect(namesIn(backwards)).toEqual(['4', '3']);
    const exact = await query(subject, { pk: 'limited', Limit: 5 });
    expect(exact.LastEvaluatedKey).toBeDefined();
    const none = await query(subject, {
      pk: 'limited',
      Limit: 2,
      FilterExpression: '#t = :other',
      other: 'y',
      ExpressionAttributeNames: { '#t': 'text' },
    });
    expect(none).toMatchObject({ Items: [], LastEvaluatedKey: { sk: '1' } });
  },

  'leaves what does not fit into an answer of 16 MB unprocessed': async (subject) => {
    const all = items('read', 50, 390_000);
    for (const each of all) await put(subject, each);
    const keys = all.map(({ pk, sk }) => ({ pk, sk }));
    const first = await get(subject, keys);
    const left = (first.UnprocessedKeys?.[subject.tableName]?.Keys ?? []) as typeof keys;
    expect(left.length).toBeGreaterThan(0);
    expect((first.Responses?.[subject.tableName]?.length ?? 0) + left.length).toBe(50);
    expect((await get(subject, left)).Responses?.[subject.tableName]).toHaveLength(left.length);
  },

  'reads up to 100 keys at once, and leaves out what is not there': async (subject) => {
    await put(subject, item('keys', '7', 1));
    const keys = (count: number) => Array.from({ length: count }, (_, sk) => ({ pk: 'keys', sk: `${sk}` }));
    const { Responses, UnprocessedKeys } = await get(subject, keys(100));
    expect(Responses?.[subject.tableName]?.map(({ sk }) => sk)).toEqual(['7']);
    expect(UnprocessedKeys).toEqual({});
    await expect(get(subject, keys(101))).rejects.toMatchObject(invalid);
  },

  'takes 25 writes at once': async ({ client, tableName }) => {
    const write = (count: number) => {
      const deletions = Array.from({ length: count }, (_, sk) => ({
        DeleteRequest: { Key: { pk: 'gone', sk: `${sk}` } },
      }));
      return client.send(new BatchWriteCommand({ RequestItems: { [tableName]: deletions } }));
    };
    expect((await write(25)).UnprocessedItems).toEqual({});
    await expect(write(26)).rejects.toMatchObject(invalid);
  },
};

/**
 * Holds a table against the cases.
 * @param lacks cases that a subject does not do as DynamoDB does, with the reason: such a case must fail, so that it is
 *   named no longer than it is true.
 */
export function testTable(
  subject: () => TableSubject,
  lacks: Readonly<Partial<Record<string, string>>> = {},
): void {
  for (const [name, run] of Object.entries(CASES)) {
    const reason = lacks[name];
    const title = reason === undefined ? name : `does not do this: ${name} (${reason})`;
    it(title, async () => {
      if (reason === undefined) await run(subject());
      else await expect(run(subject())).rejects.toThrow();
    });
  }
  it('is held against cases that there are', () => {
    expect(Object.keys(lacks).filter((name) => CASES[name] === undefined)).toEqual([]);
  });
}

type Item = { pk: string; sk: string } & Record<string, unknown>;
type Key = Pick<Item, 'pk' | 'sk'>;

const invalid = { name: 'ValidationException' };
const item = (pk: string, sk: string, bytes: number): Item => ({ pk, sk, text: 'x'.repeat(bytes) });
const items = (pk: string, count: number, bytes: number) =>
  Array.from({ length: count }, (_, index) => item(pk, `${index}`, bytes));
const namesIn = ({ Items }: { Items?: Record<string, unknown>[] | undefined }) => Items?.map(({ sk }) => sk);

const put = ({ client, tableName: TableName }: TableSubject, Item: Item) =>
  client.send(new PutCommand({ TableName, Item }));

interface Change {
  readonly key: Key;
  readonly set: string;
  readonly values: Record<string, unknown>;
  readonly when?: string;
}

const update = (
  { client, tableName: TableName }: TableSubject,
  { key: Key, set: UpdateExpression, values: ExpressionAttributeValues, when }: Change,
) =>
  client.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression,
      ExpressionAttributeValues,
      ...(when !== undefined && {
        ConditionExpression: when,
        ExpressionAttributeNames: { '#c': 'count' },
      }),
    }),
  );

const transact = (
  { client, tableName: TableName }: TableSubject,
  all: readonly Item[],
  ConditionExpression?: string,
) =>
  client.send(
    new TransactWriteCommand({
      TransactItems: all.map((Item) => ({
        Put: { TableName, Item, ...(ConditionExpression !== undefined && { ConditionExpression }) },
      })),
    }),
  );

const get = ({ client, tableName }: TableSubject, Keys: Key[]) =>
  client.send(new BatchGetCommand({ RequestItems: { [tableName]: { Keys } } }));

function query(
  { client, tableName: TableName }: TableSubject,
  { pk, other, ...more }: { pk: string; other?: string } & Record<string, unknown>,
) {
  return client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk, ...(other !== undefined && { ':other': other }) },
      ...more,
    }),
  );
}
