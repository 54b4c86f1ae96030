import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { createDocumentClient } from '../../../../../core/adapters/dynamodb/table/document-client.ts';

const closed: (() => void)[] = [];
afterEach(() => {
  for (const close of closed.splice(0)) close();
});

async function startServer(answer: RequestListener) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closed.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return createDocumentClient(
    new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      maxAttempts: 3,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  );
}

/** DynamoDB, as far as one write notices: it fails so many times, and then succeeds. */
async function startTable(error: string, failures: number) {
  let requests = 0;
  const client = await startServer((request, response) => {
    request.resume();
    requests += 1;
    if (requests > failures) return response.end('{}');
    const body = { __type: `com.amazonaws.dynamodb.v20120810#${error}`, message: 'no' };
    return response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify(body));
  });
  const write = () =>
    client.send(
      new UpdateCommand({ TableName: 'table', Key: { pk: 'a', sk: 'b' }, UpdateExpression: 'REMOVE c' }),
    );
  return { write, count: () => requests };
}

it('writes again what met a transaction on its item', async () => {
  const table = await startTable('TransactionConflictException', 2);
  await table.write();
  expect(table.count()).toBe(3);
});

it('does not repeat a write whose condition did not hold', async () => {
  const table = await startTable('ConditionalCheckFailedException', 2);
  await expect(table.write()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(table.count()).toBe(1);
});

it('gives back the numbers that it was given, also where they are larger than whole numbers are exact', async () => {
  let kept = {};
  const client = await startServer(async (request, response) => {
    const { Item } = (await json(request)) as { Item?: object };
    kept = Item ?? kept;
    response.end(JSON.stringify({ Item: kept }));
  });
  const summary = [
    { class: 'lake', count: 1, pixels: 8e8, share: 0.5, cm2: 5e17 },
    { cm2: 1.25e-30 },
    2 ** 53,
  ];
  await client.send(new PutCommand({ TableName: 'table', Item: { pk: 'a', sk: 'b', summary } }));
  const { Item } = await client.send(new GetCommand({ TableName: 'table', Key: { pk: 'a', sk: 'b' } }));
  expect(Item).toEqual({ pk: 'a', sk: 'b', summary });
});
