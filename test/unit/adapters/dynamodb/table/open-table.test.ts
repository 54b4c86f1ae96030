import { expect, it } from 'vitest';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { MemoryTable } from '../../../../helpers/memory-table/memory-table.ts';

it('a table goes on writing to its own client when another one is opened', async () => {
  const first = new MemoryTable();
  const table = openTable(first.client, 'first');
  const second = new MemoryTable();
  openTable(second.client, 'second');
  await table.entities.deletedUser.create({ id: 'usr_1', ttl: 1 }).go();
  expect([first.items.size, second.items.size]).toEqual([1, 0]);
});
