import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, inject, it } from 'vitest';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import type { Job } from '../../core/domain/entities/job.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { newJob } from '../helpers/new-job.ts';
import { pollUntil } from '../helpers/pipeline.ts';
import { due, reconcile } from '../helpers/reconcile.ts';
import { createTestUser } from '../helpers/signed-in.ts';
import { startReceiver } from '../helpers/webhook-receiver.ts';

const deployment = inject('deployment');
const { dynamodb } = createAwsClients(deployment);
const { call, id: userId } = await createTestUser();
const table = openTable(dynamodb, deployment.outputs.TableName);

const read = async ({ id }: Job) => (await call(`GET /v1/jobs/${id}`)).body;

describe('the reconciler', () => {
  it('sends a queued job again whose message never came, and not before its time', async () => {
    const job = newJob(userId);
    await table.entities.job.create(job).go();
    await reconcile();
    expect(await read(job)).toMatchObject({ status: 'queued', attempts: 0 });
    await table.entities.job.patch({ id: job.id }).set(due()).composite({ status: 'queued' }).go();
    await reconcile();
    // There is no such image: the worker that gets the message says so.
    const ended = await pollUntil(
      () => read(job),
      ({ status }) => status === 'failed',
    );
    expect(ended).toMatchObject({ error: { code: 'image_gone' }, attempts: 1 });
  });

  it('queues a job again whose worker has died, and fails it after its last attempt', async () => {
    const dead = { status: 'running', startedAt: new Date().toISOString() } as const;
    const first = newJob(userId, { ...dead, attempts: 1 });
    const last = newJob(userId, { ...dead, attempts: 2 });
    const leaseUntil = Date.now() - 1000;
    await table.entities.job.create({ ...first, leaseUntil, ...due() }).go();
    await table.entities.job.create({ ...last, leaseUntil, ...due() }).go();
    await reconcile();
    const [failed, ended] = await Promise.all(
      [last, first].map((job) =>
        pollUntil(
          () => read(job),
          ({ status }) => status === 'failed',
        ),
      ),
    );
    expect(failed).toMatchObject({ error: { code: 'analysis_timed_out' }, attempts: 2 });
    expect(ended).toMatchObject({ error: { code: 'image_gone' }, attempts: 2 });
  });

  it('leaves a running job alone whose lease is not over, even where it looks after it', async () => {
    const job = newJob(userId, { status: 'running', attempts: 1 });
    await table.entities.job.create({ ...job, leaseUntil: Date.now() + 3_600_000, ...due() }).go();
    await reconcile();
    expect(await read(job)).toMatchObject({ status: 'running', attempts: 1 });
    await table.entities.job.delete({ id: job.id }).go();
  });

  it('announces an end that the stream did not, under the same id, and only once', async () => {
    const receiver = await startReceiver();
    const { body: webhook } = await call('POST /v1/webhooks', {
      json: { url: receiver.url, events: ['job.*'] },
    });
    const job = newJob(userId, { status: 'canceled', finishedAt: new Date().toISOString() });
    await table.entities.job.create(job).go();
    await pollUntil(
      async () => receiver.callsAbout(job.id),
      (calls) => calls.length > 0,
    );
    // As if the announcer had died before it could settle the job.
    await table.entities.job.patch({ id: job.id }).set(due()).composite({ status: 'canceled' }).go();
    await reconcile();
    await pollUntil(
      () =>
        table.entities.job.query.unreconciled({ status: 'canceled', reconcileShard: 0 }).go({ pages: 'all' }),
      ({ data }) => data.every(({ id }) => id !== job.id),
    );
    await reconcile();
    const { body } = await call(`GET /v1/webhooks/${webhook.id}/deliveries?limit=100`);
    const about = receiver.callsAbout(job.id).map(({ headers }) => headers['webhook-id']);
    expect(new Set(about).size).toBe(1);
    expect(body.items.filter((each: { eventId: string }) => each.eventId === about[0])).toHaveLength(1);
    await receiver.stop();
  });

  it('need not help past a poisoned record: what comes after it is announced', async () => {
    const receiver = await startReceiver();
    await call('POST /v1/webhooks', { json: { url: receiver.url, events: ['job.*'] } });
    const poisoned = newJob(userId, { status: 'failed', model: 'no model' as unknown as Job['model'] });
    const { Item } = table.entities.job
      .put({ ...poisoned, model: { id: 'x', version: '1' } })
      .params<{ Item: Record<string, unknown> }>();
    await dynamodb.send(
      new PutCommand({ TableName: deployment.outputs.TableName, Item: { ...Item, model: 'no model' } }),
    );
    const job = newJob(userId, { status: 'canceled', finishedAt: new Date().toISOString() });
    await table.entities.job.create(job).go();
    await pollUntil(
      async () => receiver.callsAbout(job.id),
      (calls) => calls.length > 0,
    );
    expect(receiver.callsAbout(poisoned.id)).toEqual([]);
    await table.entities.job.delete({ id: poisoned.id }).go();
    await receiver.stop();
  });

  it('brings on a delivery whose message is lost', async () => {
    const receiver = await startReceiver();
    const { body: webhook } = await call('POST /v1/webhooks', {
      json: { url: receiver.url, events: ['job.*'] },
    });
    const { body: test } = await call(`POST /v1/webhooks/${webhook.id}/test`);
    const untilDelivered = () =>
      pollUntil(
        () => call(`GET ${test.links.self}`),
        ({ body }) => body.status === 'delivered',
      );
    await untilDelivered();
    // As if that attempt had never been made: it is due, and there is no message.
    await table.entities.delivery
      .patch({ webhookId: webhook.id, id: test.id })
      .set({ status: 'pending', attempts: [], dueAt: new Date(Date.now() - 10 * 60_000).toISOString() })
      .go();
    await reconcile();
    expect((await untilDelivered()).body.attempts).toMatchObject([{ httpStatus: 204 }]);
    expect(receiver.calls).toHaveLength(2);
    await receiver.stop();
  });

  it('looks by itself, every minute', async () => {
    const job = newJob(userId);
    await table.entities.job.create({ ...job, ...due() }).go();
    const ended = await pollUntil(
      () => read(job),
      ({ status }) => status === 'failed',
      150,
    );
    expect(ended).toMatchObject({ error: { code: 'image_gone' }, attempts: 1 });
  }, 180_000);
});
