import { randomInt, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { createWorkerJobs } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { jobItem } from '../../core/domain/entities/credits.ts';
import { newId } from '../../core/domain/entities/ids.ts';
import type { Job } from '../../core/domain/entities/job.ts';
import { fingerprintRequest } from '../../core/runtime/fingerprint-request.ts';
import { openCredits, SETTINGS, spendAllBut } from '../helpers/credits.ts';
import { makeImage } from '../helpers/make-image.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { due, reconcile } from '../helpers/reconcile.ts';
import { createTestAdmin, createTestUser, type TestUser } from '../helpers/signed-in.ts';
import { startReceiver } from '../helpers/webhook-receiver.ts';

const deployment = inject('deployment');
const [model] = deployment.models;
const { table, credits, ledger } = openCredits();
const newImage = () => makeImage(randomInt(1 << 24));

let user: TestUser;
beforeEach(async () => {
  user = await createTestUser();
});

const balanceOf = async ({ call }: TestUser) => (await call('GET /v1/credits')).body;
const entriesOf = async ({ call }: TestUser) => (await call('GET /v1/credits/entries?limit=100')).body.items;
const send = ({ call }: TestUser, bytes: Uint8Array, query = '') =>
  call(`POST /v1/images${query}`, { bytes, headers: { 'content-type': 'image/jpeg' } });
const ask = ({ call }: TestUser, request: object = {}) =>
  call('POST /v1/uploads', {
    json: { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 1000, ...request },
  });

describe('an account', () => {
  it('opens with a grant, and lists what has moved, a page at a time', async () => {
    expect(await balanceOf(user)).toEqual({ balance: SETTINGS.initial, available: SETTINGS.initial });
    for (const _ of [1, 2]) await send(user, await newImage());
    const { body: first } = await user.call('GET /v1/credits/entries?limit=2');
    const { body: second } = await user.call(`GET /v1/credits/entries?limit=2&cursor=${first.next}`);
    expect(first.items).toMatchObject([
      { kind: 'debit', amount: -0.75, balance: 998.5, reason: 'image_accepted' },
      { kind: 'debit', amount: -0.75, balance: 999.25, reason: 'image_accepted' },
    ]);
    expect(second).toMatchObject({
      items: [{ kind: 'grant', amount: 1000, balance: 1000, reason: 'initial_grant' }],
      next: null,
    });
    const other = await createTestUser();
    expect(await other.call(`GET /v1/credits/entries?cursor=${first.next}`)).toMatchObject({ status: 400 });
  });

  it('is asked for many times at once and opens once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => balanceOf(user)));
    expect(await entriesOf(user)).toHaveLength(1);
  });
});

describe('an image in the request', () => {
  it('is charged once, however often and at once the same bytes come', async () => {
    const bytes = await newImage();
    await Promise.all(Array.from({ length: 5 }, () => send(user, bytes)));
    const { body } = await send(user, bytes);
    expect(body.image.cost).toBe(SETTINGS.image);
    const { id } = await sendPresigned(user.call, { bytes, filename: 'b.jpg', contentType: 'image/jpeg' });
    await waitForEnd(user.call, `/v1/uploads/${id}`);
    expect(await balanceOf(user)).toEqual({ balance: 999.25, available: 999.25 });
    const debits = (await entriesOf(user)).filter(({ kind }: { kind: string }) => kind === 'debit');
    expect(debits.map(({ items }: { items: string[] }) => items)).toEqual([[`image:${body.image.id}`]]);
  });

  it('is charged with each analysis asked for', async () => {
    const bytes = await newImage();
    await send(user, bytes, `?models=${model}`);
    await send(user, bytes, `?models=${model}&options={"confidence":0.4}`);
    expect(await balanceOf(user)).toMatchObject({ balance: 1000 - 0.75 - 2 * 0.25 });
  });

  it('is not charged for an analysis that has been made before', async () => {
    const bytes = await newImage();
    await send(user, bytes, `?models=${model}&wait=20`);
    expect(await send(user, bytes, `?models=${model}`)).toMatchObject({
      body: { jobs: [{ status: 'succeeded' }] },
    });
    expect(await balanceOf(user)).toEqual({ balance: 999, available: 999 });
  });

  it('that is not paid for is 402 with cost and balance, and neither stored nor charged', async () => {
    await spendAllBut(0.5, user);
    expect(await send(user, await newImage())).toMatchObject({
      status: 402,
      body: { code: 'insufficient_credits', cost: 0.75, balance: 0.5 },
    });
    expect((await user.call('GET /v1/images')).body.items).toEqual([]);
    expect(await balanceOf(user)).toEqual({ balance: 0.5, available: 0.5 });
  });

  it('is one of many that come at once: only as many are taken as are paid for', async () => {
    await spendAllBut(2.3, user);
    const images = await Promise.all(Array.from({ length: 6 }, newImage));
    const answers = await Promise.all(images.map((bytes) => send(user, bytes)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 402, 402, 402]);
    expect((await user.call('GET /v1/images')).body.items).toHaveLength(3);
    expect(await balanceOf(user)).toEqual({ balance: 0.05, available: 0.05 });
  });
});

describe('a presigned upload', () => {
  it('holds what it may cost until it is taken in', async () => {
    const { status, body: form } = await ask(user);
    expect(status).toBe(201);
    expect(await balanceOf(user)).toEqual({ balance: 1000, available: 999.25 });
    const bytes = await newImage();
    const sent = await sendPresigned(user.call, { bytes, filename: 'b.jpg', contentType: 'image/jpeg' });
    const ended = await waitForEnd(user.call, `/v1/uploads/${sent.id}`);
    expect(ended).toMatchObject({ cost: SETTINGS.image });
    expect(await balanceOf(user)).toEqual({ balance: 999.25, available: 998.5 });
    expect((await table.entities.creditHold.get({ userId: user.id, id: form.id }).go()).data).not.toBeNull();
  });

  it('that is refused costs nothing', async () => {
    const bytes = new TextEncoder().encode(`no image ${randomUUID()}`);
    const { id } = await sendPresigned(user.call, { bytes, filename: 'a.jpg', contentType: 'image/jpeg' });
    const end = await pollUntil(
      () => user.call(`GET /v1/uploads/${id}`),
      ({ body }) => body.status === 'failed',
    );
    expect(end.body.refused).toMatchObject([{ code: 'unsupported_image' }]);
    expect(await balanceOf(user)).toEqual({ balance: 1000, available: 1000 });
  });

  it('lets go of its hold when that is over', async () => {
    const { body: form } = await ask(user);
    await table.entities.creditHold
      .patch({ userId: user.id, id: form.id })
      .set({ expiresAt: new Date(Date.now() - 1000).toISOString() })
      .go();
    expect(await balanceOf(user)).toEqual({ balance: 1000, available: 1000 });
  });

  it('that can not be paid for is 402, and there is no upload', async () => {
    await spendAllBut(1, user);
    expect((await ask(user)).status).toBe(201);
    expect(await ask(user)).toMatchObject({
      status: 402,
      body: { code: 'insufficient_credits', cost: 0.75, balance: 0.25 },
    });
    expect(await balanceOf(user)).toEqual({ balance: 1, available: 0.25 });
  });

  it('whose hold is over and whose credits are spent ends so, and costs nothing', async () => {
    const bytes = await newImage();
    const { body: form } = await ask(user, { sizeBytes: bytes.byteLength });
    await ledger.release(user.id, form.id);
    await spendAllBut(0.5, user);
    const data = new FormData();
    for (const [name, value] of Object.entries<string>(form.fields)) data.append(name, value);
    data.append('file', new Blob([Buffer.from(bytes)]));
    await fetch(form.url, { method: 'POST', body: data });
    const end = await waitForEnd(user.call, `/v1/uploads/${form.id}`);
    expect(end).toMatchObject({ status: 'failed', refused: [{ code: 'insufficient_credits' }] });
    expect(await balanceOf(user)).toEqual({ balance: 0.5, available: 0.5 });
    expect((await user.call('GET /v1/images')).body.items).toEqual([]);
  });
});

/** As if the request had died before its answer was kept for a repeat under that key. */
async function forgetAnswer(keyed: { key: string; userId: string }): Promise<void> {
  const facts = { method: 'POST', url: 'http://api/', contentType: '', filename: '' };
  const { id } = fingerprintRequest(keyed, facts, new Uint8Array());
  // Fails where there is none.
  await table.entities.idempotency.patch({ id }).set({ runsUntil: 0 }).remove(['answer']).go();
}

describe('a batch', () => {
  const analyse = async (count: number, options = {}) => {
    const bodies = await Promise.all(Array.from({ length: count }, newImage));
    const images = [];
    for (const bytes of bodies) images.push((await send(user, bytes)).body.image.id);
    return user.call('POST /v1/batches', { json: { images, models: [model], options } });
  };
  const ended = (id: string) =>
    pollUntil(
      () => user.call(`GET /v1/batches/${id}`),
      ({ body }) => body.counts.queued + body.counts.running === 0,
      60,
    );

  it('is charged for each analysis, and nothing for a known result', async () => {
    const { body, status } = await analyse(2);
    expect(status).toBe(202);
    expect((await balanceOf(user)).available).toBe(1000 - 2 * 0.75 - 2 * 0.25);
    await ended(body.id);
    expect(await balanceOf(user)).toEqual({ balance: 998, available: 998 });
    const { body: jobs } = await user.call(`GET /v1/batches/${body.id}/jobs`);
    const images = jobs.items.map(({ image }: { image: string }) => image);
    const { body: again } = await user.call('POST /v1/batches', { json: { images, models: [model] } });
    await ended(again.id);
    expect(await balanceOf(user)).toEqual({ balance: 998, available: 998 });
  });

  it('that is not paid for is 402, and there is none', async () => {
    await spendAllBut(1.6, user);
    const { body, status } = await analyse(2, { confidence: 0.3 });
    expect({ status, body }).toMatchObject({ status: 402, body: { cost: 0.5, balance: 0.1 } });
    expect((await user.call('GET /v1/jobs')).body.items).toEqual([]);
    expect(await balanceOf(user)).toEqual({ balance: 0.1, available: 0.1 });
  });

  it('that is canceled holds nothing, and gives back what did not begin', async () => {
    const { body } = await analyse(3, { confidence: 0.4 });
    await user.call(`POST /v1/batches/${body.id}/cancel`);
    const { body: end } = await ended(body.id);
    const canceled = (await user.call(`GET /v1/batches/${body.id}/jobs`)).body.items;
    const begun = canceled.filter(({ attempts }: { attempts: number }) => attempts > 0).length;
    expect(end.counts.failed).toBe(0);
    const left = 1000 - 3 * 0.75 - begun * 0.25;
    await pollUntil(
      () => balanceOf(user),
      ({ available }) => available === left,
    );
    expect(await balanceOf(user)).toEqual({ balance: left, available: left });
  });
});

describe('an admin', () => {
  it('grants credits by id and by email', async () => {
    const admin = await createTestAdmin();
    const grant = (who: string, json: object) => admin.call(`POST /v1/users/${who}/credits`, { json });
    expect(await grant(user.id, { amount: 5 })).toMatchObject({ status: 201, body: { balance: 1005 } });
    expect(await grant(user.email.toUpperCase(), { amount: 0.125, note: 'for the talk' })).toMatchObject({
      status: 201,
      body: { balance: 1005.125, available: 1005.125 },
    });
    expect((await entriesOf(user))[0]).toMatchObject({
      kind: 'grant',
      reason: 'granted',
      note: 'for the talk',
    });
    expect(await grant('nobody@example.org', { amount: 5 })).toMatchObject({
      status: 404,
      body: { code: 'user_not_found' },
    });
  });

  it.each([-1, 0, 0.0001, 1.0005, 1e7, 1e308, '5', null])('can not grant %s', async (amount) => {
    const admin = await createTestAdmin();
    const { status } = await admin.call(`POST /v1/users/${user.id}/credits`, { json: { amount } });
    expect(status).toBe(400);
    expect(await balanceOf(user)).toMatchObject({ balance: 1000 });
  });

  it('grants once under one key, even where the answer was lost', async () => {
    const admin = await createTestAdmin();
    const key = `key-${user.id}`;
    const grant = () =>
      admin.call(`POST /v1/users/${user.id}/credits`, {
        json: { amount: 5 },
        headers: { 'idempotency-key': key },
      });
    await grant();
    await grant();
    await forgetAnswer({ key, userId: admin.id });
    expect(await grant()).toMatchObject({ status: 201, body: { balance: 1005 } });
  });
});

describe('a failure', () => {
  const newJob = (changes: Partial<Job> = {}): Job => ({
    id: newId('job'),
    userId: user.id,
    mediaId: randomUUID(),
    model: { id: 'none', version: '1' },
    options: AnalysisOptions.parse({}),
    status: 'running',
    attempts: 2,
    createdAt: new Date().toISOString(),
    ...changes,
  });
  /** The worker of a job that runs has died. */
  const charge = async (job: Job, more: Partial<ReturnType<typeof due>> = {}) => {
    await table.entities.job.create({ ...job, leaseUntil: Date.now() - 1000, ...more }).go();
    await ledger.debit(user.id, { charges: [{ item: jobItem(job.id), amount: 250 }], reason: 'analysis' });
  };
  const worker = createWorkerJobs(table, {
    credits,
    leaseSeconds: 60,
    now: () => new Date(),
    putLargeResult: async () => '',
  });

  it('that is ours gives back what the job was charged, once', async () => {
    const job = newJob();
    await charge(job);
    expect(await balanceOf(user)).toMatchObject({ balance: 999.75 });
    const failure = { code: 'analysis_failed', detail: '' };
    const ended = await Promise.all([worker.fail(job, failure), worker.fail(job, failure)]);
    expect(ended.filter(Boolean)).toHaveLength(1);
    expect(await balanceOf(user)).toEqual({ balance: 1000, available: 1000 });
    expect((await entriesOf(user))[0]).toMatchObject({
      kind: 'refund',
      amount: 0.25,
      reason: 'own_failure',
      items: [jobItem(job.id)],
    });
  });

  it("that is the input's gives nothing back", async () => {
    const job = newJob();
    await charge(job);
    expect(await worker.fail(job, { code: 'damaged_image', detail: '' })).toBe(true);
    expect(await balanceOf(user)).toMatchObject({ balance: 999.75 });
  });

  it('that the reconciler finds gives it back, too, once', async () => {
    const job = newJob();
    await charge(job, due());
    await Promise.all([reconcile(), reconcile()]);
    await pollUntil(
      () => user.call(`GET /v1/jobs/${job.id}`),
      ({ body }) => body.status === 'failed',
    );
    expect(await balanceOf(user)).toMatchObject({ balance: 1000 });
    expect(await entriesOf(user)).toHaveLength(3);
  });

  it('is none where a job is canceled before it began: that gives it back', async () => {
    const job = newJob({ status: 'queued', attempts: 0 });
    await charge(job);
    expect((await user.call(`POST /v1/jobs/${job.id}/cancel`)).status).toBe(200);
    expect((await entriesOf(user))[0]).toMatchObject({ kind: 'refund', amount: 0.25, reason: 'canceled' });
  });
});

it('is told when a balance becomes low, once for each fall', async () => {
  const receiver = await startReceiver();
  await user.call('POST /v1/webhooks', { json: { url: receiver.url, events: ['credits.low'] } });
  await spendAllBut(SETTINGS.low, user);
  await send(user, await newImage());
  await send(user, await newImage());
  const [told] = await pollUntil(
    async () => receiver.callsAbout(user.id),
    (calls) => calls.length > 0,
  );
  expect(told?.event).toMatchObject({
    type: 'credits.low',
    data: { id: user.id, status: 'low', balance: 49.25, links: { self: '/v1/credits' } },
  });
  await ledger.grant(user.id, { id: newId('grt'), amount: 10_000, reason: 'granted' });
  await spendAllBut(1, user);
  await pollUntil(
    async () => receiver.callsAbout(user.id),
    (calls) => calls.length > 1,
  );
  const ids = receiver.callsAbout(user.id).map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(2);
  await receiver.stop();
});
