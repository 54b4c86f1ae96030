import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { createFaultPlan, type Fault } from '../../helpers/faults/fault-plan.ts';
import { createFaultProxy } from '../../helpers/faults/fault-proxy.ts';

const closed: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closed.splice(0)) await close();
});

const call = { service: 'dynamodb', operation: 'UpdateItem', about: 'job', ids: [] } as const;
const Key = { pk: { S: '$segmentry#id_job_1' }, sk: { S: '$job_1' } };
const update = new UpdateItemCommand({ TableName: 'table', Key, UpdateExpression: 'REMOVE a' });

/** A client without retries behind a proxy in which each call has the fault. */
async function createWorld(fault: Fault | undefined, chance: number) {
  let reached = 0;
  const emulator = createServer(async (request, response) => {
    await text(request);
    reached += 1;
    response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
  });
  emulator.listen(0, '127.0.0.1');
  await once(emulator, 'listening');
  const done: string[] = [];
  const proxy = createFaultProxy({
    endpointUrl: `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`,
    plan: { ...createFaultPlan({ seed: 1, deadlyShare: 0 }), next: () => ({ fault, chance }) },
    writeInPart: async () => undefined,
    onDone: ({ operation, about }) => done.push(`${operation} ${about}`),
  });
  closed.push(proxy.stop, () => emulator.close());
  const client = new DynamoDBClient({
    endpoint: await proxy.listenFor('Api'),
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return { client, proxy, done, reached: () => reached };
}

const CASES: readonly (readonly [Fault, number, string, number])[] = [
  ['reset', 0, 'ECONNRESET', 0],
  ['lost', 0, 'ECONNRESET', 1],
  ['error 500', 0.9, 'InternalServerError', 0],
  ['error 500', 0.1, 'InternalServerError', 1],
  ['throttle', 0, 'ProvisionedThroughputExceededException', 0],
  ['conflict', 0, 'TransactionConflictException', 0],
];

it.each(CASES)(
  'does %s (%d): the client hears %s, and %d calls are done',
  async (fault, chance, name, calls) => {
    const { client, proxy, reached, done } = await createWorld(fault, chance);
    const error = await client.send(update).catch((thrown: unknown) => thrown);
    expect([(error as { code?: string }).code, (error as Error).name]).toContain(name);
    expect(reached()).toBe(calls);
    expect(done).toHaveLength(calls);
    expect([...proxy.injected]).toEqual([[fault, 1]]);
  },
);

it('says of a transaction which item another has', async () => {
  const { client } = await createWorld('conflict', 0);
  const items = [1, 2].map(() => ({ Update: { TableName: 'table', Key, UpdateExpression: 'REMOVE a' } }));
  await expect(client.send(new TransactWriteItemsCommand({ TransactItems: items }))).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
  });
});

it.each([undefined, 'latency', 'unprocessed'] as const)('passes a call on (%s)', async (fault) => {
  const { client, reached, done } = await createWorld(fault, 0.01);
  await client.send(update);
  expect(reached()).toBe(1);
  expect(done).toEqual(['UpdateItem job']);
});

it('passes everything on once it is calm', async () => {
  const { client, proxy } = await createWorld('reset', 0);
  proxy.calm();
  await client.send(update);
  expect(proxy.injected.size).toBe(0);
});

const NAME = 'Api dynamodb UpdateItem job';

it('plans the same for the same seed, something else for another, and a death before and after each kind', () => {
  const faultsOf = (seed: number) => {
    const plan = createFaultPlan({ seed, deadlyShare: 1 });
    return Array.from({ length: 400 }, () => {
      const { fault } = plan.next(NAME, call);
      if (fault?.startsWith('killed')) plan.died(NAME, call);
      return fault;
    });
  };
  expect(faultsOf(1)).toEqual(faultsOf(1));
  expect(faultsOf(1)).not.toEqual(faultsOf(2));
  for (const death of ['killed before', 'killed after']) {
    expect(faultsOf(1).filter((fault) => fault === death)).toHaveLength(1);
  }
});

it('lets workers die over the kinds first over which none has died, and twice over one message at most', () => {
  const deathsOf = (jobIds: readonly string[]) => {
    const plan = createFaultPlan({ seed: 1, deadlyShare: 1 });
    return jobIds.flatMap((jobId) =>
      ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].flatMap((operation) => {
        const name = `AnalyzeImage dynamodb ${operation} job`;
        const about = { service: 'dynamodb', operation, about: 'job', ids: [jobId] } as const;
        const { fault } = plan.next(name, about);
        if (!fault?.startsWith('killed')) return [];
        plan.died(name, about);
        return [fault];
      }),
    );
  };
  const times = (count: number, fault: string) => Array(count).fill(fault);
  expect(deathsOf(Array.from({ length: 40 }, (_, index) => `job_${index}`))).toEqual([
    ...times(4, 'killed before'),
    ...times(4, 'killed after'),
  ]);
  expect(deathsOf(Array(40).fill('job_1'))).toEqual(times(2, 'killed before'));
});
