import { readFile } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';
import { type Job, Segmentry, SegmentryError } from '../../client/index.ts';
import { toBitmap } from '../../client/masks.ts';
import { makeZip } from '../helpers/make-zip.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestUser } from '../helpers/signed-in.ts';

async function newClient(more: { withLive?: boolean } = {}) {
  const { apiUrl, liveUrl } = inject('deployment');
  const { accessToken } = await createTestUser();
  return new Segmentry({ url: apiUrl, token: accessToken, ...(more.withLive === true && { liveUrl }) });
}

const model = () => inject('deployment').models[0];

test.each([
  ['by requests that stay open', false],
  ['by WebSocket', true],
])('a photograph is analysed, waited for %s', async (_, withLive) => {
  const segmentry = await newClient({ withLive });
  const states: Job['status'][] = [];
  const { image, jobs, results } = await segmentry.analyze(sampleFile('table-1.jpg'), {
    models: [model()],
    onProgress: (progress) => progress.step === 'analyzing' && states.push(progress.job.status),
  });
  expect(image?.filename).toBe('table-1.jpg');
  expect(jobs.map(({ status }) => status)).toEqual(['succeeded']);
  expect(states.at(-1)).toBe('succeeded');
  const [result] = results;
  if (result === undefined || !('detections' in result)) throw new Error('No result document.');
  expect(result.image.id).toBe(image?.id);
  for (const { mask, area } of result.detections) {
    if (mask === null) continue;
    expect(toBitmap(mask).data.reduce((sum, bit) => sum + bit, 0)).toBe(area.pixels);
  }
  const file = await segmentry.api.getImageFile({ id: image?.id ?? '' });
  expect(file.headers.get('content-type')).toBe('image/jpeg');
});

test('a photograph goes by a form where it is a zip, and its images are listed', async () => {
  const segmentry = await newClient();
  const bytes = await readFile(sampleFile('table-2.jpg'));
  const zip = await makeZip([{ name: 'a.jpg', bytes }]);
  const upload = await segmentry.upload(new Uint8Array(zip), { filename: 'a.zip' });
  expect(upload.progress).toMatchObject({ done: 1, refused: 0 });
  expect(upload.batch).toBeUndefined();
  const names: string[] = [];
  for await (const image of segmentry.list('listImages')) names.push(image.filename);
  expect(names).toEqual(['a.jpg']);
});

test('a zip with models is a batch: waited for as one, its results are one file', async () => {
  const segmentry = await newClient();
  const names = ['table-1.jpg', 'table-2.jpg'];
  const files = await Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(sampleFile(name)) })),
  );
  const zip = new Uint8Array(await makeZip(files));
  const { images, jobs, batch = '' } = await segmentry.send(zip, { models: [model()] });
  expect(jobs.map(({ image }) => image)).toEqual(images);
  expect(await segmentry.waitForBatch(batch)).toMatchObject({ status: 'finished', counts: { succeeded: 2 } });
  const csv = await (await segmentry.batchResults(batch, 'csv')).text();
  for (const name of names) expect(csv).toContain(name);
});

test('begun again under the same journal, no image is there twice and nothing is paid twice', async () => {
  const segmentry = await newClient();
  const inputs = ['table-1.jpg', 'table-2.jpg', 'table-3.jpg'].map(sampleFile);
  const options = { models: [model()], journal: new Map<string, string>() };
  for await (const outcome of segmentry.analyzeMany(inputs, { ...options, concurrency: 2 })) {
    expect(outcome.error).toBeUndefined();
    break;
  }
  const ids = [];
  for await (const { analysis, error } of segmentry.analyzeMany(inputs, options)) {
    expect(error).toBeUndefined();
    ids.push(analysis?.image?.id);
  }
  const images = [];
  for await (const { id } of segmentry.list('listImages')) images.push(id);
  expect(images.toSorted()).toEqual(ids.toSorted());
  const spent = [];
  for await (const { kind, items } of segmentry.list('listCreditEntries'))
    if (kind === 'debit') spent.push(...items);
  expect(new Set(spent).size).toBe(spent.length);
});

test('what the service refuses is an error with its code', async () => {
  const segmentry = await newClient();
  const analysis = segmentry.analyze(sampleFile('table-1.jpg'), { models: ['no-such-model'] });
  const failure = await analysis.catch((error) => error);
  expect(failure).toBeInstanceOf(SegmentryError);
  expect(failure).toMatchObject({ code: 'unknown_model', status: 422 });
});
