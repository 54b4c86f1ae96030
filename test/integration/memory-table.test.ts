import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, inject } from 'vitest';
import { createDocumentClient } from '../../core/adapters/dynamodb/table/document-client.ts';
import { clientConfiguration } from '../../localstack/client-configuration.ts';
import { testTable } from '../helpers/memory-table/table-cases.ts';

// The table in memory that unit tests run over is held against the emulator's DynamoDB by the same cases.
const { endpointUrl, account, emulator } = inject('deployment');
const client = new DynamoDBClient(clientConfiguration(endpointUrl, account));
const TableName = `limits-${crypto.randomUUID()}`;

beforeAll(async () => {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
});
afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName }));
});

/** What emulators do not enforce. */
const LACKS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ministack: {
    'leaves what does not fit into an answer of 16 MB unprocessed':
      'its BatchGetItem gives all items whatever they weigh',
  },
};

testTable(() => ({ client: createDocumentClient(client), tableName: TableName }), LACKS[emulator]);
