import { expect, it } from 'vitest';
import { openTable } from '../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { ChangeDatasetBody, CreateDatasetBody } from '../../../core/contracts/http/datasets.ts';
import { DatasetReference } from '../../../core/contracts/ids.ts';
import { nameKeyOf } from '../../../core/domain/entities/dataset.ts';
import { MemoryTable } from '../../helpers/memory-table/memory-table.ts';

/** That of DynamoDB. */
const PARTITION_KEY_LIMIT_BYTES = 2048;
const table = openTable(new MemoryTable().client, 'table');

function keyBytes(name: string): number {
  const key = { userId: `usr_${'0'.repeat(64)}`, nameKey: nameKeyOf(name) };
  const { pk } = table.entities.datasetName.get(key).params<{ Key: { pk: string } }>().Key;
  return Buffer.byteLength(pk);
}

// What grows most by being normalised, in lower case, and in bytes.
const LETTERS = ['a', 'é', '漢', '\u{1f355}', 'ﷺ', '㌖', 'Ⱥ', 'İ', 'ﬃ', '\u{1d160}'];
const names = LETTERS.flatMap((letter) => [1, 10, 30, 50, 100, 128].map((count) => letter.repeat(count)));

it.each([
  ['made', (name: string) => CreateDatasetBody.safeParse({ name }).success],
  ['renamed', (name: string) => ChangeDatasetBody.safeParse({ name }).success],
  ['asked for', (name: string) => DatasetReference.safeParse(name).success],
])('a dataset is never %s by a name that the table has no key for', (_, isTaken) => {
  const taken = names.filter(isTaken);
  expect(taken).toEqual(expect.arrayContaining(['a'.repeat(100), '漢'.repeat(100), 'ﷺ'.repeat(30)]));
  expect(taken.filter((name) => keyBytes(name) > PARTITION_KEY_LIMIT_BYTES)).toEqual([]);
});
