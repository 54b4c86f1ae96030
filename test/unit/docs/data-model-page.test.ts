import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { createDocumentClient } from '../../../core/adapters/dynamodb/table/document-client.ts';
import { openTable } from '../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { codeOf, readPage, tableOf } from '../../helpers/read-page.ts';

const page = readPage('data-model.md');
const { entities } = openTable(createDocumentClient(new DynamoDBClient()), 'any');

/** Each entity with the names of the secondary indexes that it is in. */
const deployed = Object.entries(entities).map(([name, { schema }]) => ({
  name,
  indexes: Object.values<object>(schema.indexes).flatMap((each) =>
    'index' in each ? [String(each.index)] : [],
  ),
}));

it('lists each entity of the table, with the indexes that it is in', () => {
  const told = tableOf(page, 'entity', 'key').map(([entity, , gsi1, gsi2]) => ({
    name: codeOf(entity)[0] ?? '',
    indexes: [...(gsi1 === '–' ? [] : ['gsi1']), ...(gsi2 === '–' ? [] : ['gsi2'])],
  }));
  const expected = deployed.map(({ name, indexes }) => ({
    name,
    indexes: indexes.filter((index) => index !== 'gsi3').sort(),
  }));
  const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
  expect(told.sort(byName)).toEqual(expected.sort(byName));
});

it('names what is on the work list of the reconciler', () => {
  const [, list = ''] = /work list\. It holds\n\n((?:- .*\n)+)/.exec(page) ?? [];
  const expected = deployed.filter(({ indexes }) => indexes.includes('gsi3')).map(({ name }) => name);
  expect(codeOf(list).sort()).toEqual(expected.sort());
});
