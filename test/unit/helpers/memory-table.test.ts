import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { MemoryTable } from '../../helpers/memory-table/memory-table.ts';
import { testTable } from '../../helpers/memory-table/table-cases.ts';

const memory = new MemoryTable();

testTable(() => ({ client: memory.client, tableName: 'table' }));

it('leaves half of a batch of writes unprocessed where it is told to be busy', async () => {
  const busy = new MemoryTable();
  busy.throttleBatchWrites();
  const puts = [0, 1, 2].map((sk) => ({ PutRequest: { Item: { pk: 'p', sk: `${sk}` } } }));
  const { UnprocessedItems } = await busy.client.send(
    new BatchWriteCommand({ RequestItems: { table: puts } }),
  );
  expect(UnprocessedItems?.table).toEqual(puts.slice(2));
  expect(busy.items.size).toBe(2);
});
