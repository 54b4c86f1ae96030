import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Segmentry } from '../../../client/index.ts';
import {
  type HeardRequest,
  problem,
  type ScriptedAnswer,
  serveLoopback,
} from '../../helpers/loopback-api.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);

interface Service {
  /** How often a job is asked for before it has ended. */
  readonly polls?: number;
  readonly failJobs?: boolean;
  /** What the bucket answers. */
  readonly formStatus?: number;
}

/** As much of the API as an analysis asks for. One job an image; under one key one image. */
async function serveAnalyses({ polls = 1, failJobs = false, formStatus = 204 }: Service = {}) {
  const imagesByKey = new Map<string, string>();
  const asked = new Map<string, number>();
  const sent = new Set<string>();
  const job = (id: string, status: string) => ({
    id: `job_${id}`,
    status,
    ...(status === 'failed' && { error: { code: 'damaged_image', detail: 'It is cut off.' } }),
  });
  const once = (key: string) => {
    const known = imagesByKey.get(key) ?? `i${imagesByKey.size}`;
    imagesByKey.set(key, known);
    return known;
  };
  const answers: [RegExp, (request: HeardRequest, match: string) => ScriptedAnswer][] = [
    [
      /^GET \/v1\/models$/,
      () => ({ json: { items: [{ id: 'food', versions: [{ status: 'available' }] }], next: null } }),
    ],
    [
      /^POST \/v1\/images$/,
      ({ headers }) => {
        const id = once(String(headers['idempotency-key']));
        return { status: 202, json: { image: { id }, jobs: [job(id, 'queued')] } };
      },
    ],
    [
      /^POST \/v1\/uploads$/,
      ({ headers }) => {
        const id = once(String(headers['idempotency-key']));
        return {
          status: 201,
          json: { id: `upl_${id}`, url: `${server.url}/bucket/${id}`, fields: { key: id } },
        };
      },
    ],
    [
      /^POST \/bucket\/(.+)$/,
      (_, id) => {
        if (formStatus === 204) sent.add(id);
        return { status: formStatus };
      },
    ],
    [
      /^GET \/v1\/uploads\/upl_(.+)$/,
      (_, id) => ({
        json: {
          status: sent.has(id) ? 'done' : 'waiting',
          images: sent.has(id) ? [id] : [],
          videos: [],
          refused: [],
        },
      }),
    ],
    [/^GET \/v1\/images\/(.+)$/, (_, id) => ({ json: { id, jobs: [job(id, 'queued')] } })],
    [/^GET \/v1\/jobs\/job_(.+)\/result$/, (_, id) => ({ json: { image: { id }, detections: [] } })],
    [
      /^GET \/v1\/jobs\/job_(.+)$/,
      (_, id) => {
        const times = (asked.get(id) ?? 0) + 1;
        asked.set(id, times);
        return { json: job(id, times < polls ? 'running' : failJobs ? 'failed' : 'succeeded') };
      },
    ],
  ];
  const server = await serveLoopback((request) => {
    const line = `${request.method} ${request.path}`;
    const found = answers.find(([pattern]) => pattern.test(line));
    return found === undefined
      ? problem(404, 'route_not_found')
      : found[1](request, found[0].exec(line)?.[1] ?? '');
  });
  const paths = () => server.heard.map(({ method, path }) => `${method} ${path}`);
  return { ...server, paths, imagesByKey };
}

async function fileWith(bytes: Uint8Array, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'segmentry-client-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

test.each([
  ['a path', async () => fileWith(PNG, 'a.png')],
  ['a blob', async () => new File([PNG], 'a.png')],
  ['bytes', async () => PNG],
  ['a stream', async () => new Blob([PNG]).stream() as ReadableStream<Uint8Array>],
  ['an address', async () => new URL(`data:image/png;base64,${Buffer.from(PNG).toString('base64')}`)],
])('%s is sent in one request, waited for and its result fetched, by the only model', async (_, input) => {
  const service = await serveAnalyses({ polls: 3 });
  const segmentry = new Segmentry({ url: service.url, apiKey: 'k' });
  const { results, jobs } = await segmentry.analyze(await input());
  expect(results).toEqual([{ image: { id: 'i0' }, detections: [] }]);
  expect(jobs[0]?.status).toBe('succeeded');
  const upload = service.heard.find(({ method }) => method === 'POST');
  expect(upload?.query.get('models')).toBe('food');
  expect(upload?.headers['content-type']).toBe('image/png');
  expect([...(upload?.body ?? [])]).toEqual([...PNG]);
  const polls = service.heard.filter(({ path }) => path === '/v1/jobs/job_i0');
  expect(polls.map(({ query }) => query.get('wait'))).toEqual(['20', '20', '20']);
});

test.each([
  ['a path with a percent sign', '100% beef.png', (path: string) => path, '100% beef.png'],
  ['a path that looks encoded', 'a%20b.png', (path: string) => path, 'a%20b.png'],
  ['a file URL', '100% beef.png', (path: string) => pathToFileURL(path), '100% beef.png'],
])('%s keeps its name', async (_, name, inputOf, filename) => {
  const service = await serveAnalyses();
  await new Segmentry({ url: service.url }).send(inputOf(await fileWith(PNG, name)));
  expect(decodeURIComponent(String(service.heard[0]?.headers['x-filename']))).toBe(filename);
});

test.each([
  ['/a%20b.png', 'a b.png'],
  ['/100%.png', '100%.png'],
])('an address, however its scheme is written, names the file: %s', async (path, filename) => {
  const service = await serveAnalyses();
  const photos = await serveLoopback(() => ({ headers: { 'content-type': 'image/png' }, json: 'PNG' }));
  await new Segmentry({ url: service.url }).send(photos.url.replace('http', 'HTTP') + path);
  expect(decodeURIComponent(String(service.heard[0]?.headers['x-filename']))).toBe(filename);
});

test('what is too large for a request goes by a form', async () => {
  const service = await serveAnalyses();
  const large = new Uint8Array(4_500_001);
  large.set(PNG);
  const { results } = await new Segmentry({ url: service.url }).analyze(large, { models: ['food'] });
  expect(results).toHaveLength(1);
  expect(service.paths()).toContain('POST /bucket/i0');
  expect(service.paths()).not.toContain('POST /v1/images');
  const request = service.heard.find(({ path }) => path === '/v1/uploads');
  expect(JSON.parse(String(request?.body))).toEqual({
    kind: 'image',
    contentType: 'image/png',
    filename: 'image',
    models: ['food'],
    sizeBytes: 4_500_001,
  });
});

test('a form that is refused is no refusal of the service', async () => {
  const service = await serveAnalyses({ formStatus: 403 });
  const large = new Uint8Array(4_500_001);
  large.set(PNG);
  const analysis = new Segmentry({ url: service.url }).analyze(large, { models: ['food'] });
  await expect(analysis).rejects.toMatchObject({ code: 'upload_refused', status: undefined });
});

test.each([
  ['is refused', async () => (await serveLoopback(() => ({ status: 403 }))).url, 'answered 403'],
  ['breaks off', async () => (await serveLoopback(() => ({ hangUp: true }))).url, "can't be fetched"],
  ['is none', async () => 'http://[', "can't be fetched"],
])('an address that %s is told of as such', async (_, addressOf, words) => {
  const service = await serveAnalyses();
  const analysis = new Segmentry({ url: service.url }).analyze(await addressOf());
  await expect(analysis).rejects.toMatchObject({
    code: 'input_not_fetched',
    status: undefined,
    message: expect.stringContaining(words),
  });
});

test('a job that fails says why', async () => {
  const service = await serveAnalyses({ failJobs: true });
  const analysis = new Segmentry({ url: service.url }).analyze(PNG);
  await expect(analysis).rejects.toMatchObject({ code: 'damaged_image', message: 'It is cut off.' });
});

test('what is neither picture, video nor zip is refused before anything is sent', async () => {
  const service = await serveAnalyses();
  const analysis = new Segmentry({ url: service.url }).analyze(new TextEncoder().encode('hello there'));
  await expect(analysis).rejects.toMatchObject({ code: 'unknown_content_type' });
  expect(service.heard).toHaveLength(0);
});

test('waiting ends at its time limit', async () => {
  const service = await serveAnalyses({ polls: 1000 });
  const analysis = new Segmentry({ url: service.url }).analyze(PNG, { timeoutMs: 300 });
  await expect(analysis).rejects.toMatchObject({ code: 'timed_out' });
});

test('many run a few at a time, and one that fails costs the others nothing', async () => {
  const service = await serveAnalyses();
  let underWay = 0;
  let most = 0;
  const counting: typeof fetch = async (input, init) => {
    const isUpload = init?.method === 'POST';
    if (isUpload) most = Math.max(most, ++underWay);
    const answer = await fetch(input, init);
    if (isUpload) underWay -= 1;
    return answer;
  };
  const segmentry = new Segmentry({ url: service.url, fetch: counting });
  const inputs = [
    ...Array.from({ length: 9 }, (_, index) => new File([PNG], `${index}.png`)),
    '/no/such/file.png',
  ];
  const progress: number[] = [];
  const outcomes = [];
  const options = {
    models: ['food'],
    concurrency: 3,
    onProgress: ({ succeeded }: { succeeded: number }) => void progress.push(succeeded),
  };
  for await (const outcome of segmentry.analyzeMany(inputs, options)) outcomes.push(outcome);
  expect(outcomes.filter(({ error }) => error === undefined)).toHaveLength(9);
  expect(outcomes.find(({ error }) => error !== undefined)?.input).toBe('/no/such/file.png');
  expect(most).toBeLessThanOrEqual(3);
  expect(Math.max(...progress)).toBe(9);
});

test('begun again with its journal, nothing is sent as something new', async () => {
  const service = await serveAnalyses();
  const segmentry = new Segmentry({ url: service.url });
  const inputs = Array.from({ length: 6 }, (_, index) => new File([PNG], `${index}.png`));
  const journal = new Map<string, string>();
  for await (const { analysis } of segmentry.analyzeMany(inputs, {
    models: ['food'],
    journal,
    concurrency: 2,
  })) {
    if (analysis !== undefined) break;
  }
  const done = [];
  for await (const outcome of segmentry.analyzeMany(inputs, { models: ['food'], journal }))
    done.push(outcome);
  expect(done).toHaveLength(6);
  expect(service.imagesByKey.size).toBe(6);
  expect(new Set(done.map(({ analysis }) => analysis?.image?.id)).size).toBe(6);
});

test('files of one name and one size are sent each under a key of its own, and under the same the next time', async () => {
  const service = await serveAnalyses();
  const segmentry = new Segmentry({ url: service.url });
  const inputs = [1, 2].map((last) => new File([PNG, new Uint8Array([last])], 'a.png'));
  const journal = new Map<string, string>();
  for (let time = 0; time < 2; time++) {
    const images = new Set();
    for await (const { analysis } of segmentry.analyzeMany(inputs, { models: ['food'], journal }))
      images.add(analysis?.image?.id);
    expect(images.size).toBe(2);
  }
  expect(service.imagesByKey.size).toBe(2);
});

test('a long name keeps its end, whatever signs it has', async () => {
  const service = await serveAnalyses();
  const filename = `a${'🍋'.repeat(127)}.png`;
  await new Segmentry({ url: service.url }).analyze(PNG, { models: ['food'], filename });
  const [sent] = service.heard.filter(({ path }) => path === '/v1/images');
  const name = decodeURIComponent(String(sent?.headers['x-filename']));
  expect(name).toHaveLength(255);
  expect(name.endsWith('🍋.png')).toBe(true);
});

test('begun again with its journal, what has failed for good is sent as something new, and nothing else', async () => {
  const journal = new Map<string, string>();
  const analyzeAt = async (url: string) => {
    const segmentry = new Segmentry({ url, retries: 0 });
    const errors = [];
    for await (const { error } of segmentry.analyzeMany([new File([PNG], 'a.png')], {
      models: ['food'],
      journal,
    }))
      errors.push(error);
    return errors;
  };
  const failing = await serveAnalyses({ failJobs: true });
  await expect(analyzeAt('http://127.0.0.1:1')).resolves.toMatchObject([{ code: 'network_failed' }]);
  const [first] = journal.values();
  await expect(analyzeAt(failing.url)).resolves.toMatchObject([{ code: 'damaged_image' }]);
  await expect(analyzeAt(failing.url)).resolves.toMatchObject([{ code: 'damaged_image' }]);
  const keys = [...failing.imagesByKey.keys()];
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(first);
});

test('begun again with its journal, nothing is sent as something new of which a job has succeeded', async () => {
  const jobs = [
    { id: 'job_1', status: 'succeeded' },
    { id: 'job_2', status: 'failed', error: { code: 'damaged_video', detail: 'It is cut off.' } },
  ];
  const service = await serveLoopback(({ path }) =>
    path === '/v1/images' ? { status: 202, json: { image: { id: 'i1' }, jobs } } : { json: {} },
  );
  const journal = new Map<string, string>();
  const segmentry = new Segmentry({ url: service.url });
  for (let time = 0; time < 2; time++) {
    for await (const { error } of segmentry.analyzeMany([PNG], { models: ['a', 'b'], journal }))
      expect(error).toMatchObject({ code: 'damaged_video', jobs });
  }
  const keys = service.heard
    .filter(({ path }) => path === '/v1/images')
    .map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});
