import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { ACCOUNT_INDEX_KEYS, IDENTITY_KEYS, LOGIN_KEYS } from '../../lib/constructs/account-keys.ts';
import { stacksOf } from './new-app.ts';
import { type FunctionRole, rolesOf } from './role-of-function.ts';

const { pipeline, realtime } = stacksOf({ target: 'aws' });
const roles = [pipeline, realtime].flatMap((stack) =>
  stack === undefined ? [] : rolesOf(Template.fromStack(stack)),
);

const READS = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
/** What reads or writes whatever its key. */
const WHOLESALE = [
  ...['Scan', 'PartiQLSelect', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'],
  ...['ExportTableToPointInTime', 'CreateBackup'],
];

const { entities } = openTable({ send: async () => ({}) } as never, 'Table');
type EntityName = keyof typeof entities;

/** Ids as the product makes them. */
const IDS: Readonly<Record<string, string>> = { user: 'usr_1', deletedUser: 'usr_1', session: 'ses_1' };
const NUMBERS = { window: 1, minute: 1, chunk: 1, segment: 1, shard: 1, part: 1, hour: 1 };

function partitionOf(name: EntityName, known: object = {}): string {
  const entity = entities[name as 'user'];
  const values = Object.keys(entity.schema.attributes).map((attribute) => [attribute, 'x1']);
  const id = IDS[name] ?? `${name}_1`;
  const item = { ...Object.fromEntries(values), ...NUMBERS, id, userId: 'usr_1', ...known };
  return entity.get(item as never).params<{ Key: { pk: string } }>().Key.pk;
}

const LOGIN = [
  partitionOf('credential', { holder: 'usr_1' }),
  partitionOf('credential', { holder: 'ses_1' }),
  ...(['oneTimeLink', 'userEmail', 'attempts'] as const).map((name) => partitionOf(name)),
];
const IDENTITY = (['user', 'deletedUser', 'session', 'apiKey'] as const).map((name) => partitionOf(name));

const mayDo = ({ mayCall }: FunctionRole, actions: readonly string[], keys: readonly string[]) =>
  actions.filter((action) => keys.some((key) => mayCall({ action: `dynamodb:${action}`, key })));

describe.each(roles)('$name', (role) => {
  it('reads and writes what logging in takes only where it is the API', () => {
    const allowed = mayDo(role, [...READS, ...WRITES], LOGIN);
    if (role.name === 'Api') expect(allowed).toEqual([...READS, ...WRITES]);
    // What is left of who is erased.
    else expect(allowed).toEqual(role.name === 'EraseUser' ? ['DeleteItem'] : []);
  });

  it('reads who the caller is only where users call it, and then changes nothing', () => {
    if (['Api', 'EraseUser'].includes(role.name)) return;
    const isCalled = ['UploadImage', 'DrawOverlay', 'MakeThumbnail', 'ServeConnection'].includes(role.name);
    expect(mayDo(role, READS, IDENTITY)).toEqual(isCalled ? READS.filter((each) => granted(role, each)) : []);
    expect(mayDo(role, WRITES, IDENTITY)).toEqual([]);
  });

  it('lists no users, sessions or keys but as the API or the erasure', () => {
    const lists = ['$segmentry', 'account#usr_1'].filter((key) =>
      role.mayCall({ action: 'dynamodb:Query', key, ofIndex: true }),
    );
    expect(lists.length).toBe(['Api', 'EraseUser'].includes(role.name) ? 2 : 0);
  });

  it('is granted nothing that no condition on keys holds back', () => {
    expect(WHOLESALE.filter((action) => granted(role, action))).toEqual([]);
  });
});

const granted = ({ isGranted }: FunctionRole, action: string) => isGranted(`dynamodb:${action}`);

it('the stream, which tells every change, is read by the two that announce them alone', () => {
  const readers = roles.filter((role) => granted(role, 'GetRecords')).map(({ name }) => name);
  expect(readers.sort()).toEqual(['AnnounceChanges', 'PushChanges']);
});

it('every function is looked at, those that work on what users send among them', () => {
  const names = roles.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['IngestUpload', 'AnalyzeImage', 'AnalyzeVideo', 'CheckModel', 'UploadImage']),
  );
  expect(names.length).toBeGreaterThan(14);
});

interface QueryParams {
  readonly ExpressionAttributeValues: Record<string, string>;
}

describe('the keys that are denied', () => {
  const isAmong = (patterns: readonly string[]) => (key: string) =>
    patterns.some((pattern) =>
      pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern,
    );
  const named = (patterns: readonly string[]) =>
    (Object.keys(entities) as EntityName[]).filter((name) => isAmong(patterns)(partitionOf(name))).sort();

  it('are those of accounts, and of nothing else', () => {
    expect(named(IDENTITY_KEYS)).toEqual(['apiKey', 'deletedUser', 'session', 'user']);
    expect(named(LOGIN_KEYS)).toEqual(['attempts', 'credential', 'oneTimeLink', 'userEmail']);
  });

  it('and, in the first index, the list of all users and each one’s sessions and keys, and nothing else', () => {
    const keys = {
      userId: 'usr_1',
      batchId: 'bat_1',
      datasetId: 'ds_1',
      imageId: 'i',
      mediaId: 'i',
      id: 'x',
    };
    const partitions = Object.entries(entities).flatMap(([name, entity]) =>
      Object.entries(entity.schema.indexes as Record<string, { index?: string }>)
        .filter(([, { index }]) => index === 'gsi1')
        .map(([access]) => {
          const query = entity.query as unknown as Record<
            string,
            (each: object) => { params(): QueryParams }
          >;
          return [name, query[access]?.(keys).params().ExpressionAttributeValues[':pk'] ?? ''] as const;
        }),
    );
    expect(partitions.length).toBeGreaterThan(5);
    const denied = partitions.filter(([, key]) => isAmong(ACCOUNT_INDEX_KEYS)(key)).map(([name]) => name);
    expect(denied.sort()).toEqual(['apiKey', 'session', 'user']);
  });

  it('hold no hash of a password or a refresh token outside of them', () => {
    const holders = Object.entries(entities).filter(([, { schema }]) =>
      Object.keys(schema.attributes).some((attribute) => /hash|password|secret/i.test(attribute)),
    );
    // A key's hash is where its record lies; those of webhooks are sealed by KMS.
    expect(holders.map(([name]) => name).sort()).toEqual(['apiKey', 'credential', 'oneTimeLink', 'webhook']);
  });
});
