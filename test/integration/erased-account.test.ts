import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, inject, it } from 'vitest';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { prepareThings } from '../helpers/counted-routes.ts';
import { pollUntil, waitForEnd } from '../helpers/pipeline.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const { dynamodb, s3 } = createAwsClients(deployment);
const { TableName, BucketName } = deployment.outputs;
const [model] = deployment.models;

/** What goes by itself, within a day at most: counts of requests and of log-ins. */
const PASSING = ['requestCount', 'attempts'];

async function scanTable(): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({ TableName, ConsistentRead: true, ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

/** Entities of the table, and keys of the bucket, that name any of the ids. */
async function findTraces(ids: readonly string[]): Promise<string[]> {
  const named = (text: string) => ids.some((id) => text.toLowerCase().includes(id.toLowerCase()));
  const items = (await scanTable()).filter((item) => named(JSON.stringify(item)));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BucketName }));
  return [
    ...items.map((item) => String(item.__edb_e__)).filter((entity) => !PASSING.includes(entity)),
    ...Contents.map(({ Key = '' }) => Key).filter(named),
  ].sort();
}

it('leaves nothing of all that an account had', async () => {
  const { call, id: userId, email, password } = await createTestUser();
  await call('POST /v1/api-keys', { json: { name: 'k', scopes: ['read'] } });
  const things = await prepareThings(call, model);
  const { body: batchJobs } = await call(`GET /v1/batches/${things.batch}/jobs`);
  const table = openTable(dynamodb, TableName);
  await table.entities.connection.create({ userId, id: `c-${userId}`, topics: ['me'], ttl: 1e10 }).go();
  await table.entities.connectionOwner.create({ userId, id: `c-${userId}`, ttl: 1e10 }).go();
  await waitForEnd(call, `/v1/jobs/${things.job}`);
  const { again: _, version: __, ...own } = things;
  const ids = [userId, email, batchJobs.items[0].id, ...Object.values(own)];
  expect(new Set(await findTraces(ids)).size).toBeGreaterThan(20);

  const json = { currentPassword: password };
  expect((await call('DELETE /v1/users/me', { json })).status).toBe(204);
  await pollUntil(
    () => findTraces(ids),
    (traces) => traces.length === 0,
    60,
  );
});
