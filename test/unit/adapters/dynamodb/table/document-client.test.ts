import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { createDocumentClient } from '../../../../../core/adapters/dynamodb/table/document-client.ts';

const closed: (() => void)[] = [];
afterEach(() => {
  for (const close of closed.splice(0)) close();
});

/** DynamoDB, as far as one write notices: it fails so many times, and then succeeds. */
async function startTable(error: string, failures: number) {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume();
    requests += 1;
    if (requests > failures) return response.end('{}');
    const body = { __type: `com.amazonaws.dynamodb.v20120810#${error}`, message: 'no' };
    return response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closed.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const client = createDocumentClient(
    new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      maxAttempts: 3,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  );
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
