import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { runProgram } from '../../core/adapters/python/run-program.ts';
import { type CocoRle, decodeRle } from '../../core/vision/coco-rle.ts';
import { countPixels } from '../../core/vision/run-mask.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { findFixturePython } from '../helpers/fixture-python.ts';
import { makeImage } from '../helpers/make-image.ts';
import { newJob } from '../helpers/new-job.ts';
import { pollUntil, waitForEnd } from '../helpers/pipeline.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const { models, outputs } = deployment;
const { call, id: userId } = await createTestUser();
const { dynamodb, s3, sqs } = createAwsClients(deployment);
const table = openTable(dynamodb, outputs.TableName);
const [model] = models;

const upload = async (query = '') => {
  const bytes = await makeImage(randomInt(2 ** 24));
  const { body } = await call(`POST /v1/images${query}`, {
    bytes,
    headers: { 'content-type': 'image/jpeg' },
  });
  return body.image.id as string;
};
const createBatch = async (json: object) => {
  const { status, body } = await call('POST /v1/batches', { json });
  expect({ status, body }).toMatchObject({ status: 202 });
  return body.id as string;
};
const read = async (id: string) => (await call(`GET /v1/batches/${id}`)).body;
const total = ({ counts }: { counts: Record<string, number> }) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Polls until every job has ended; at no time may the counts be anything but all of its jobs. */
async function untilFinished(id: string) {
  return pollUntil(
    () => read(id),
    (batch) => {
      expect(total(batch)).toBe(batch.jobs);
      return batch.status === 'finished' || batch.status === 'canceled';
    },
    100,
  );
}

async function listJobs(id: string) {
  const jobs = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = cursor === undefined ? '' : `&cursor=${cursor}`;
    const { body } = await call(`GET /v1/batches/${id}/jobs?limit=70${page}`);
    jobs.push(...body.items);
    cursor = body.next;
  }
  return jobs;
}

const tally = (jobs: { status: string }[]) =>
  Object.fromEntries(
    [...Map.groupBy(jobs, ({ status }) => status)].map(([status, of]) => [status, of.length]),
  );

describe('a batch', () => {
  it('has one job for each image and model, and counts them as they end', async () => {
    const images = [await upload(), await upload()];
    const answer = await call('POST /v1/batches', { json: { images, models: [...models] } });
    expect(answer.body).toMatchObject({ status: 'queued', jobs: 4, counts: { queued: 4 } });
    expect(answer.headers.get('retry-after')).toBeTruthy();
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    expect(await untilFinished(id)).toMatchObject({
      status: 'finished',
      counts: { succeeded: 4, queued: 0 },
    });
    const jobs = await listJobs(id);
    const pairs = jobs.map(({ image, model: reference }) => `${image} ${reference.split('@')[0]}`);
    expect(pairs).toEqual(images.flatMap((image) => models.map((name) => `${image} ${name}`)));
    expect(jobs.every((job) => job.batch === id && job.attempts === 1)).toBe(true);
  });

  it('takes the results that are there already, computing nothing again', async () => {
    const image = await upload(`?models=${model}&wait=20`);
    const options = { confidence: 0.25 };
    const id = await createBatch({ images: [image], models: [model], options });
    await untilFinished(id);
    const [job] = await listJobs(id);
    expect(job).toMatchObject({ status: 'succeeded', attempts: 0 });
    const { body: found } = await call(`GET ${job.links.result}`);
    expect(found).toMatchObject({ image: { id: image }, options });
    const other = await createBatch({ images: [image], models: [model], options: { confidence: 0.3 } });
    await untilFinished(other);
    expect((await listJobs(other))[0]).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  it('is listed, newest first, with its counts', async () => {
    const images = [await upload()];
    const older = await createBatch({ images, models: [model], options: { confidence: 0.31 } });
    await untilFinished(older);
    const newer = await createBatch({ images, models: [model], options: { confidence: 0.32 } });
    await untilFinished(newer);
    const { body: page } = await call('GET /v1/batches?limit=2');
    expect(page.items.map(({ id }: { id: string }) => id)).toEqual([newer, older]);
    expect(page.items[1]).toMatchObject({ status: 'finished', counts: { succeeded: 1, queued: 0 } });
    const { body: next } = await call(`GET /v1/batches?limit=2&cursor=${encodeURIComponent(page.next)}`);
    expect(next.items.length).toBeGreaterThan(0);
  });

  it('takes a whole dataset', async () => {
    const name = `Field ${randomUUID()}`;
    const { body: dataset } = await call('POST /v1/datasets', { json: { name } });
    const into = `?dataset=${encodeURIComponent(name.toLowerCase())}`;
    const images = [await upload(into), await upload(into), await upload(into)];
    // Named as a person writes it: by its name.
    const id = await createBatch({ dataset: name, models: [model] });
    expect(await untilFinished(id)).toMatchObject({ dataset: dataset.id, counts: { succeeded: 3 } });
    expect((await listJobs(id)).map(({ image }) => image).sort()).toEqual(images.sort());
  });

  it('is refused as a whole where something in it is wrong', async () => {
    const images = [await upload()];
    const { body: empty } = await call('POST /v1/datasets', { json: { name: randomUUID() } });
    const refusals = [
      [{ images: [...images, randomUUID()], models: [model] }, 422, 'unknown_images'],
      [{ images, models: ['nobody'] }, 422, 'unknown_model'],
      [{ images, models: [model], options: { classes: ['unicorn'] } }, 422, 'unknown_class'],
      [{ dataset: empty.id, models: [model] }, 422, 'empty_batch'],
      [{ dataset: `ds_${'0'.repeat(32)}`, models: [model] }, 404, 'dataset_not_found'],
      [{ images, dataset: empty.id, models: [model] }, 400, 'invalid_request'],
      [{ models: [model] }, 400, 'invalid_request'],
      [{ images, models: [] }, 400, 'invalid_request'],
      [{ images, models: [model], options: { confidence: 1.5 } }, 400, 'invalid_request'],
      [{ images, models: [model], options: { iou: -0.1 } }, 400, 'invalid_request'],
      [{ images, models: [model], options: { maxDetections: 0 } }, 400, 'invalid_request'],
      [{ images, models: [model], options: { confidence: null } }, 400, 'invalid_request'],
    ] as const;
    for (const [json, status, code] of refusals) {
      expect(await call('POST /v1/batches', { json })).toMatchObject({ status, body: { code } });
    }
  });

  it('is not found by another id, nor goes on after a cursor that is none', async () => {
    for (const route of [
      'GET /v1/batches/bat_x',
      'GET /v1/batches/bat_x/jobs',
      'POST /v1/batches/bat_x/cancel',
    ]) {
      expect(await call(route)).toMatchObject({ status: 404, body: { code: 'batch_not_found' } });
    }
    const id = await createBatch({ images: [await upload()], models: [model] });
    for (const cursor of ['1', '-1', 'NaN', 'x']) {
      const answer = await call(`GET /v1/batches/${id}/jobs?cursor=${cursor}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    }
  });
});

describe('a batch at work', () => {
  const IMAGES = 24;
  const BROKEN = 3;
  let images: string[];
  let id: string;
  beforeAll(async () => {
    // A few at a time: each is a function that starts.
    images = [];
    while (images.length < IMAGES)
      images.push(...(await Promise.all([upload(), upload(), upload(), upload()])));
    for (const image of images.slice(0, BROKEN)) await store(image, new Uint8Array([1, 2, 3]));
  });

  const store = (image: string, body: Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket: outputs.BucketName, Key: `images/${image}`, Body: body }));

  // What is canceled where is in steered-batches.test.ts: here workers and a cancel race for the jobs.
  it('canceled while it is worked on, with messages delivered twice, adds up to what its jobs say', async () => {
    id = await createBatch({ images, models: [...models] });
    await pollUntil(
      () => read(id),
      ({ counts }) => counts.succeeded >= 4 && counts.failed === BROKEN * models.length,
      60,
    );
    const jobs = await listJobs(id);
    for (const { id: jobId } of jobs.slice(0, 30)) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: outputs.AnalysisQueueUrl,
          MessageBody: JSON.stringify({ jobId }),
        }),
      );
    }
    expect((await call(`POST /v1/batches/${id}/cancel`)).status).toBe(202);
    const ended = await untilFinished(id);
    expect(ended).toMatchObject({ counts: { queued: 0, running: 0 } });
    expect(tally(await listJobs(id))).toEqual(
      Object.fromEntries(Object.entries(ended.counts).filter(([, count]) => count !== 0)),
    );
  });

  it('tries its failed jobs again, and only those', async () => {
    const before = await read(id);
    for (const image of images.slice(0, BROKEN)) await store(image, await makeImage(randomInt(2 ** 24)));
    const failed = (await listJobs(id)).filter(({ status }) => status === 'failed');
    expect(failed.every(({ error }) => error.code === 'unsupported_image')).toBe(true);
    expect((await call(`POST /v1/batches/${id}/retry`)).status).toBe(202);
    const ended = await pollUntil(
      () => read(id),
      ({ counts }) => counts.succeeded === before.counts.succeeded + BROKEN * models.length,
      60,
    );
    expect(ended.counts).toMatchObject({ failed: 0, canceled: before.counts.canceled });
    expect(total(ended)).toBe(IMAGES * models.length);
    // What failed stays what it was, under its own id.
    expect((await waitForEnd(call, failed[0].links.self)).status).toBe('failed');
  });
});

describe('a job', () => {
  const submit = async (query = '') => {
    const bytes = await makeImage(randomInt(2 ** 24));
    return call(`POST /v1/images?models=${model}${query}`, {
      bytes,
      headers: { 'content-type': 'image/jpeg' },
    });
  };

  it('is answered at once with its result, when it ends within the wait', async () => {
    const { status, body } = await submit('&wait=20');
    expect({ status, job: body.jobs[0] }).toMatchObject({ status: 200, job: { status: 'succeeded' } });
    expect((await call(`GET ${body.jobs[0].links.result}`)).status).toBe(200);
  });

  it('can be waited for, also without waiting', async () => {
    const [job] = (await submit()).body.jobs;
    expect((await call(`GET ${job.links.self}?wait=20`)).body.status).toBe('succeeded');
    for (const wait of ['21', '-1', 'NaN', 'soon']) {
      expect((await call(`GET ${job.links.self}?wait=${wait}`)).status).toBe(400);
    }
  });

  it('is listed by its state and by its image', async () => {
    const { body } = await submit('&wait=20');
    const [{ id, image }] = body.jobs;
    const listed = async (query: string) =>
      (await call(`GET /v1/jobs?${query}`)).body.items.map((job: { id: string }) => job.id);
    expect(await listed(`image=${image}`)).toEqual([id]);
    expect(await listed(`image=${image}&status=succeeded`)).toEqual([id]);
    expect(await listed(`image=${image}&status=failed`)).toEqual([]);
    expect(await listed('limit=100')).toContain(id);
    expect((await call('GET /v1/jobs?status=done')).status).toBe(400);
  });

  it('is canceled before it has begun, once and for all', async () => {
    const job = newJob(userId);
    await table.entities.job.create(job).go();
    const path = `/v1/jobs/${job.id}`;
    const canceled = await call(`POST ${path}/cancel`);
    expect(canceled).toMatchObject({ status: 200, body: { status: 'canceled' } });
    expect((await call(`POST ${path}/cancel`)).status).toBe(200);
    expect((await call(`GET ${path}/result`)).status).toBe(409);
  });

  it('that has ended is not canceled', async () => {
    const [done] = (await submit('&wait=20')).body.jobs;
    expect(await call(`POST ${done.links.self}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'job_finished' },
    });
  });
});

const READ_AREAS = fileURLToPath(new URL('../fixtures/coco/read_areas.py', import.meta.url));

describe('the results of a batch', () => {
  let id: string;
  let found: { job: string; filename: string; detections: { area: { pixels: number } }[] }[];
  const fetchResults = async (format: string) => {
    const answer = await call(`GET /v1/batches/${id}/results?format=${format}`);
    expect(answer.status).toBe(302);
    const file = await fetch(answer.headers.get('location') ?? '');
    return { type: file.headers.get('content-type'), text: await file.text() };
  };
  beforeAll(async () => {
    const images = await Promise.all(
      ['table-1.jpg', 'table-2.jpg'].map(async (name) => {
        const { body } = await call('POST /v1/images', {
          bytes: readFileSync(sampleFile(name)),
          headers: { 'content-type': 'image/jpeg', 'x-filename': encodeURIComponent(`=${name}`) },
        });
        return body.image.id;
      }),
    );
    id = await createBatch({ images, models: [...models] });
    await untilFinished(id);
    const { type, text } = await fetchResults('jsonl');
    expect(type).toBe('application/x-ndjson');
    found = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  });

  it('come as one document a line, those of its jobs', async () => {
    expect(found.map(({ job }) => job)).toEqual((await listJobs(id)).map((job) => job.id));
    expect(found.map(({ filename }) => filename)).toContain('=table-1.jpg');
    expect(found.every(({ detections }) => detections.length > 0)).toBe(true);
  });

  it('come as CSV, one row a detection, with names no spreadsheet runs', async () => {
    const { type, text } = await fetchResults('csv');
    expect(type).toMatch(/^text\/csv/);
    const [header = '', ...rows] = text.trimEnd().split('\r\n');
    expect(header).toContain('area_pixels');
    expect(rows).toHaveLength(found.flatMap(({ detections }) => detections).length);
    expect(rows.every((row) => row.includes(",'="))).toBe(true);
  });

  it('come as COCO JSON with the same areas', async () => {
    const { text } = await fetchResults('coco');
    const { annotations, images } = JSON.parse(text);
    const areas = found.flatMap(({ detections }) => detections.map(({ area }) => area.pixels));
    expect(annotations.map(({ area }: { area: number }) => area)).toEqual(areas);
    expect(images).toHaveLength(2);
    const masks = annotations.map((each: { segmentation: CocoRle }) =>
      countPixels(decodeRle(each.segmentation)),
    );
    expect(masks).toEqual(areas);
  });

  it('come as COCO JSON that pycocotools reads, with the same areas', async ({ skip }) => {
    const python = await findFixturePython();
    if (python === undefined) return skip('no Python environment could be made');
    const folder = mkdtempSync(join(tmpdir(), 'segmentry-coco-'));
    try {
      const file = join(folder, 'batch.json');
      writeFileSync(file, (await fetchResults('coco')).text);
      const read: [number, number][] = JSON.parse(await runProgram(python, [READ_AREAS, file]));
      const areas = found.flatMap(({ detections }) => detections.map(({ area }) => area.pixels));
      expect(areas.length).toBeGreaterThan(0);
      expect(read).toEqual(areas.map((area) => [area, area]));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are refused in a format nobody knows', async () => {
    expect((await call(`GET /v1/batches/${id}/results?format=xml`)).status).toBe(400);
  });
});
