import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, inject, it } from 'vitest';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { SETTINGS, spendAllBut } from '../helpers/credits.ts';
import { makeImage } from '../helpers/make-image.ts';
import { type FileToPack, makeZip, patchRecord, renameEntry } from '../helpers/make-zip.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { createTestUser, signedInClient } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const { sqs } = createAwsClients(deployment);
const call = await signedInClient();

const send = (bytes: Uint8Array, request = {}, client = call) =>
  sendPresigned(client, {
    bytes,
    filename: 'images.zip',
    contentType: 'application/zip',
    request: { kind: 'zip', ...request },
  });

async function take(bytes: Uint8Array, request = {}, client = call) {
  const { id, status } = await send(bytes, request, client);
  expect(status).toBe(204);
  return { id, ...(await waitForEnd(client, `/v1/uploads/${id}`)) };
}

/** Images that no other test has, whose names are their numbers. */
const images = (first: number, count: number): Promise<FileToPack[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      name: `table/${first + index}.jpg`,
      bytes: Buffer.concat([await makeImage(1), Buffer.from(String(first + index))]),
    })),
  );

describe('a zip of images', () => {
  it('becomes as many images, in its order, in the dataset that is named', async () => {
    const { call } = await createTestUser();
    const { body: dataset } = await call('POST /v1/datasets', { json: { name: 'from a zip' } });
    const files = await images(10_000, 60);
    const upload = await take(await makeZip(files), { dataset: dataset.id }, call);
    expect(upload).toMatchObject({
      kind: 'zip',
      status: 'done',
      progress: { done: 60, refused: 0, total: 60 },
      refused: [],
      cost: 60 * SETTINGS.image,
    });
    expect(upload.images).toHaveLength(60);
    const { body: last } = await call(`GET /v1/images/${upload.images[59]}`);
    expect(last).toMatchObject({ filename: '10059.jpg', width: 64, datasets: [dataset.id] });
    const { body: filled } = await call(`GET /v1/datasets/${dataset.id}`);
    expect(filled).toMatchObject({ imageCount: 60, cost: upload.cost });
  });

  it('counts once what its messages bring twice', async () => {
    const upload = await take(await makeZip(await images(20_000, 30)));
    for (const chunk of [0, 1, 1]) {
      const body = JSON.stringify({ uploadId: upload.id, chunk });
      await sqs.send(
        new SendMessageCommand({ QueueUrl: deployment.outputs.UploadQueueUrl, MessageBody: body }),
      );
    }
    const again = await take(await makeZip(await images(20_000, 30)));
    expect(again.images).toEqual(upload.images);
    expect(again.cost).toBe(0);
    const { body: later } = await call(`GET /v1/uploads/${upload.id}`);
    expect(later.progress).toEqual({ done: 30, refused: 0, total: 30 });
  });

  it('is analysed, what is in it twice only once', async () => {
    const { call } = await createTestUser();
    const [first] = await images(30_000, 1);
    const copy = { name: 'copy.jpg', bytes: (first as FileToPack).bytes };
    const zip = await makeZip([first as FileToPack, copy]);
    const upload = await take(zip, { models: [deployment.models[0]] }, call);
    expect(upload.images).toHaveLength(1);
    expect(upload.cost).toBe(SETTINGS.image + SETTINGS.analysis);
    const { body: jobs } = await pollUntil(
      () => call('GET /v1/jobs'),
      ({ body }) => body.items[0]?.status === 'succeeded',
    );
    expect(jobs.items).toHaveLength(1);
    expect(jobs.items[0]).toMatchObject({ image: upload.images[0], status: 'succeeded' });
  });

  it('is a batch, whose results are one file', async () => {
    const { call } = await createTestUser();
    const zip = await makeZip(await images(35_000, 30));
    const upload = await take(zip, { models: [deployment.models[0]] }, call);
    const { body: batch } = await pollUntil(
      () => call(`GET /v1/batches/${upload.batch}`),
      ({ body }) => body.status === 'finished',
    );
    expect(batch).toMatchObject({ upload: upload.id, jobs: 30, counts: { succeeded: 30, queued: 0 } });
    const listed: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const query: string = next === '' ? '' : `&cursor=${next}`;
      const { body } = await call(`GET /v1/batches/${batch.id}/jobs?limit=20${query}`);
      listed.push(...body.items.map(({ image }: { image: string }) => image));
      next = body.next;
    }
    expect(listed).toEqual(upload.images);
    const { headers } = await call(`GET /v1/batches/${batch.id}/results?format=coco`);
    const coco = (await (await fetch(headers.get('location') ?? '')).json()) as { images: unknown[] };
    expect(coco.images).toHaveLength(30);
    const { body: all } = await call('GET /v1/batches');
    expect(all.items.map(({ id }: { id: string }) => id)).toEqual([batch.id]);
  });
});

it('a zip with bad entries: each has a line with its reason, and the good ones go on', async () => {
  const good = await images(40_000, 2);
  const bytes = await makeImage(40_100);
  const liar = Buffer.alloc(5000, 7);
  const packed = await makeZip([
    ...good,
    { name: 'xx/slip.jpg', bytes },
    { name: 'xy/rooted.jpg', bytes },
    { name: 'y/absolute.jpg', bytes },
    { name: 'link.jpg', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 },
    { name: 'inner.zip', bytes: await makeZip(good) },
    { name: 'locked.jpg', bytes },
    { name: 'bomb.jpg', bytes: Buffer.alloc(2_000_000), compress: true },
    { name: 'liar.jpg', bytes: liar, compress: true },
    { name: 'text.jpg', bytes: Buffer.from('hello') },
    { name: 'notes.txt', bytes: Buffer.from('hello') },
    { name: 'empty.jpg', bytes: Buffer.alloc(0) },
    { name: '__MACOSX/._1.jpg', bytes: Buffer.from('leftover') },
  ]);
  const renamed = [
    ['xx/slip', '../slip'],
    ['xy/rooted', 'x:/rooted'],
    ['y/absolute', '//absolute'],
  ].reduce((zip, [name = '', other = '']) => renameEntry(zip, name, other), packed);
  const locked = patchRecord(renamed, 'locked.jpg', { offset: 8, value: 0x809 });
  const upload = await take(patchRecord(locked, 'liar.jpg', { offset: 24, value: 4000 }));
  expect(upload.refused.map(({ name, code }: Record<string, string>) => [name, code])).toEqual([
    ['../slip.jpg', 'unsafe_path'],
    ['x:/rooted.jpg', 'unsafe_path'],
    ['//absolute.jpg', 'unsafe_path'],
    ['link.jpg', 'symlink'],
    ['inner.zip', 'nested_archive'],
    ['locked.jpg', 'encrypted_entry'],
    ['bomb.jpg', 'suspicious_ratio'],
    ['liar.jpg', 'damaged_entry'],
    ['text.jpg', 'unsupported_image'],
    ['notes.txt', 'unsupported_entry'],
    ['empty.jpg', 'empty_entry'],
  ]);
  expect(upload).toMatchObject({ status: 'done', progress: { done: 2, refused: 11, total: 13 } });
  expect(upload.images).toHaveLength(2);
});

it('a zip with over 1,000 bad entries: their lines come in pages', async () => {
  const names = Array.from({ length: 1060 }, (_, number) => `${number}.txt`);
  const bytes = Buffer.from('no image');
  const [image] = await images(60_000, 1);
  const files = [...names.map((name) => ({ name, bytes })), image as FileToPack];
  const { id } = await send(await makeZip(files));
  const upload = await pollUntil(
    async () => (await call(`GET /v1/uploads/${id}`)).body,
    ({ status }) => status === 'done',
    100,
  );
  expect(upload.progress).toEqual({ done: 1, refused: 1060, total: 1061 });
  expect(upload.refused).toHaveLength(1000);
  const listed: string[] = [];
  for (let cursor = ''; cursor !== 'null'; ) {
    const page = await call(`GET /v1/uploads/${id}/refused?limit=100${cursor && `&cursor=${cursor}`}`);
    expect(page.body.items.every(({ code }: { code: string }) => code === 'unsupported_entry')).toBe(true);
    listed.push(...page.body.items.map(({ name }: { name: string }) => name));
    cursor = String(page.body.next);
  }
  expect(listed).toEqual(names);
  for (const cursor of ['x', '-1', '2000']) {
    const answer = await call(`GET /v1/uploads/${id}/refused?cursor=${cursor}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  }
});

describe('a zip fails as a whole', () => {
  const nameless = Array.from({ length: 10_001 }, (_, n) => ({ name: `${n}.jpg`, bytes: Buffer.from('x') }));

  it.each([
    ['that is none', async () => Buffer.from('hello'), 'damaged_zip'],
    ['that is cut off', async () => (await makeZip(await images(50_000, 3))).subarray(0, 900), 'damaged_zip'],
    ['with 10,001 entries', () => makeZip(nameless), 'too_many_entries'],
    ['of leftovers', () => makeZip([{ name: '.DS_Store', bytes: Buffer.from('x') }]), 'empty_zip'],
  ])('%s', async (_, zip, code) => {
    expect(await take(await zip())).toMatchObject({
      status: 'failed',
      images: [],
      refused: [{ name: 'images.zip', code }],
    });
  });

  it('where none of its entries is good', async () => {
    expect(await take(await makeZip([{ name: 'a.jpg', bytes: Buffer.from('hello') }]))).toMatchObject({
      status: 'failed',
      progress: { done: 0, refused: 1, total: 1 },
      refused: [{ name: 'a.jpg', code: 'unsupported_image' }],
    });
  });
});

describe('what a zip costs', () => {
  it('is what its good images cost, and nothing stays held', async () => {
    const user = await createTestUser();
    const files = [...(await images(70_000, 3)), { name: 'a.jpg', bytes: Buffer.from('hello') }];
    await take(await makeZip(files), {}, user.call);
    const { body } = await user.call('GET /v1/credits');
    const left = SETTINGS.initial - 3 * SETTINGS.image;
    expect(body).toEqual({ balance: left, available: left });
  });

  it('is held before any is taken in: without enough the upload fails, and costs nothing', async () => {
    const user = await createTestUser();
    await spendAllBut(2, user);
    expect(await take(await makeZip(await images(80_000, 3)), {}, user.call)).toMatchObject({
      status: 'failed',
      images: [],
      refused: [{ name: 'images.zip', code: 'insufficient_credits' }],
    });
    expect((await user.call('GET /v1/credits')).body).toEqual({ balance: 2, available: 2 });
    expect((await user.call('GET /v1/images')).body.items).toEqual([]);
  });
});

it.each([
  ['too large', { contentType: 'application/zip', sizeBytes: 5_000_000_001 }, 413, 'upload_too_large'],
  ['of another type', { contentType: 'image/jpeg', sizeBytes: 1 }, 400, 'invalid_request'],
])('a form for a zip that is %s is refused', async (_, json, status, code) => {
  const request = { kind: 'zip', filename: 'a.zip', ...json };
  expect((await call('POST /v1/uploads', { json: request })).body).toMatchObject({ status, code });
});
