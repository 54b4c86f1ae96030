import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type HeardRequest,
  problem,
  type ScriptedAnswer,
  serveLoopback,
} from '../../helpers/loopback-api.ts';
import {
  type LoopbackServiceOptions,
  OPTIONS,
  serveLoopbackService,
} from '../../helpers/loopback-service.ts';
import { runSegmentry } from '../../helpers/run-segmentry.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
// Each starts the command several times.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-again-'));
  mkdirSync(join(folder, 'photos'));
  for (const name of ['a', 'b', 'c'])
    writeFileSync(join(folder, 'photos', `${name}.jpg`), Buffer.concat([JPEG, Buffer.from(name)]));
});
afterEach(() => rmSync(folder, { recursive: true }));

const analyzeAt = (url: string, args: readonly string[], key = 'sk_1') =>
  runSegmentry(['analyze', ...args, '--parallel', '1'], {
    folder,
    environment: { SEGMENTRY_URL: url, SEGMENTRY_API_KEY: key },
  });

async function prepare(options: LoopbackServiceOptions = {}) {
  const { url, stored, heard } = await serveLoopbackService(options);
  const keysOf = (name: string) =>
    heard
      .filter(({ path, headers }) => path === '/v1/images' && headers['x-filename'] === name)
      .map(({ headers }) => headers['idempotency-key']);
  return { stored, keysOf, analyze: (args: readonly string[], key?: string) => analyzeAt(url, args, key) };
}

describe('the same command sends nothing twice', () => {
  test.each([
    ['the service can not tell how jobs stand', '/v1/jobs/', problem(500, 'internal')],
    ['a gateway answers in the place of the service', '/v1/images', problem(504, 'gateway_timeout')],
    ['a first request is still being answered', '/v1/images', problem(409, 'request_still_running')],
  ])('where %s', async (_, place, failure) => {
    let fails = true;
    const { stored, keysOf, analyze } = await prepare({
      before: ({ path }) => (fails && path.startsWith(place) ? failure : undefined),
    });
    expect((await analyze(['photos/a.jpg'])).code).toBe(1);
    fails = false;
    expect((await analyze(['photos/a.jpg'])).code).toBe(0);
    expect(stored).toEqual(['a.jpg']);
    expect(new Set(keysOf('a.jpg')).size).toBe(1);
  });

  test('where results can not be written', async () => {
    const { stored, analyze } = await prepare();
    // Stands for a disk that is full.
    mkdirSync(join(folder, 'found', 'a.json.part'), { recursive: true });
    expect((await analyze(['photos', '--out', 'found'])).code).toBe(1);
    rmSync(join(folder, 'found', 'a.json.part'), { recursive: true });
    expect((await analyze(['photos', '--out', 'found'])).code).toBe(0);
    expect(stored).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
  });

  test('after a new login of the same account', async () => {
    const isRefused = ({ path, headers }: HeardRequest) =>
      headers.authorization === 'Bearer sk_old' && path === '/v1/images' && headers['x-filename'] === 'c.jpg';
    const { stored, analyze } = await prepare({
      before: (request) => (isRefused(request) ? problem(401, 'invalid_token') : undefined),
    });
    expect((await analyze(['photos', '--out', 'found'], 'sk_old')).code).toBe(3);
    expect((await analyze(['photos', '--out', 'found'], 'sk_new')).code).toBe(0);
    expect(stored).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
  });

  test('after a day, of what was taken; of what nobody knows the key is none by then', async () => {
    let fails = true;
    const { stored, keysOf, analyze } = await prepare({
      before: ({ headers, path }) =>
        fails && path === '/v1/images' && headers['x-filename'] === 'c.jpg'
          ? problem(500, 'internal')
          : undefined,
    });
    await analyze(['photos']);
    const runs = join(folder, '.local/state/segmentry/runs');
    const [file = ''] = readdirSync(runs);
    const aged = readFileSync(join(runs, file), 'utf8').replace(
      /"at":(\d+)/g,
      (_, at) => `"at":${Number(at) - 24 * 3_600_000}`,
    );
    writeFileSync(join(runs, file), aged);
    fails = false;
    expect((await analyze(['photos'])).code).toBe(0);
    expect(stored).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    expect(new Set(keysOf('c.jpg')).size).toBe(2);
  });
});

test('what was refused is sent as something new the next time', async () => {
  const { keysOf, analyze } = await prepare({
    before: ({ path }) => (path === '/v1/images' ? problem(422, 'idempotency_mismatch') : undefined),
  });
  await analyze(['photos/a.jpg']);
  await analyze(['photos/a.jpg']);
  expect(new Set(keysOf('a.jpg')).size).toBe(2);
});

test('overlays that the first run was not to write are written by one that is', async () => {
  const { analyze } = await prepare();
  // What fails keeps what is known of the run.
  const args = ['photos/a.jpg', 'missing.jpg', '--out', 'found'];
  const found = () => readdirSync(join(folder, 'found')).toSorted();
  await analyze([...args, '--no-overlays']);
  expect(found()).toEqual(['a.json', 'results.csv']);
  await analyze(args);
  expect(found()).toEqual(['a.json', 'a.png', 'results.csv']);
});

describe('of a zip of three of which one failed', () => {
  const FAILED = { status: 'failed', error: { code: 'damaged_image', detail: 'It is cut off.' } };
  const job = (n: number) => ({
    id: `job_${n}`,
    image: `img_${n}`,
    batch: 'bat_1',
    model: 'm@1',
    createdAt: '2026-01-01T00:00:00.000Z',
    progress: 1,
    ...(n === 0 ? FAILED : { status: 'succeeded' }),
  });
  const sha256 = 'a'.repeat(64);
  const result = (n: string) => ({
    image: { id: `img_${n}`, sha256, width: 1, height: 1 },
    model: { id: 'm', version: '1', sha256 },
    options: OPTIONS,
    detections: [],
    summary: [],
    timing: { decodeMs: 1, inferMs: 1, postMs: 1 },
  });

  /** One upload, already taken in, of a batch of three jobs. */
  async function serveZip() {
    let isRetried = false;
    /** The failed job keeps its id; the batch lists the new one. */
    const listed = () => {
      const [first, ...others] = [0, 1, 2].map(job);
      return [isRetried ? { ...job(3), image: 'img_0' } : first, ...others];
    };
    const answers: [RegExp, (match: string) => unknown][] = [
      [/^\/v1\/models$/, () => ({ items: [{ id: 'm', versions: [{ status: 'available' }] }], next: null })],
      [/^\/v1\/users\/me$/, () => ({ id: 'usr_1' })],
      [/^\/v1\/uploads$/, () => ({ id: 'upl_1', url: `${service.url}/form`, fields: {} })],
      [
        /^\/v1\/uploads\/upl_1$/,
        () => ({ status: 'done', images: [], videos: [], batch: 'bat_1', refused: [], progress: {} }),
      ],
      [/^\/v1\/batches\/bat_1\/jobs$/, () => ({ items: listed(), next: null })],
      [/^\/v1\/images\/img_(\d)$/, (n) => ({ id: `img_${n}`, filename: `p${n}.jpg`, jobs: [] })],
      [/^\/v1\/jobs\/job_(\d)$/, (n) => job(Number(n))],
      [/^\/v1\/jobs\/job_(\d)\/result$/, result],
    ];
    const service = await serveLoopback(({ path }): ScriptedAnswer => {
      const [pattern, answer] = answers.find(([each]) => each.test(path)) ?? [];
      return answer === undefined
        ? problem(404, 'not_found')
        : { json: answer(pattern?.exec(path)?.[1] ?? '') };
    });
    const retry = () => {
      isRetried = true;
    };
    return { ...service, retry };
  }

  test('the others are written, and neither sent nor fetched again', async () => {
    const { url, heard, retry } = await serveZip();
    writeFileSync(join(folder, 'shots.zip'), Buffer.from('PK\x03\x04rest'));
    const args = ['shots.zip', '--out', 'found', '--no-overlays', '--format', 'csv,coco'];
    for (const time of ['first', 'second']) {
      const { code, stderr } = await analyzeAt(url, args);
      expect({ time, code }).toEqual({ time, code: 1 });
      expect(stderr).toContain('shots.zip/p0.jpg: It is cut off. (damaged_image)');
      expect(existsSync(join(folder, 'found/results.csv'))).toBe(true);
      const coco = JSON.parse(readFileSync(join(folder, 'found/results.coco.json'), 'utf8'));
      expect(coco.images.map((image: { file_name: string }) => image.file_name)).toEqual([
        'p1.jpg',
        'p2.jpg',
      ]);
    }
    const asked = (part: string) => heard.filter(({ path }) => path.endsWith(part));
    expect(asked('/v1/uploads')).toHaveLength(1);
    expect(asked('/result')).toHaveLength(2);
    retry();
    expect((await analyzeAt(url, args)).code).toBe(0);
    expect(existsSync(join(folder, 'found/shots/p0.json'))).toBe(true);
    expect(asked('/v1/uploads')).toHaveLength(1);
    expect(asked('/result')).toHaveLength(3);
  });
});

describe('where one of two models failed', () => {
  const MP4 = Buffer.from('\0\0\0\x18ftypmp42');
  const JOB = { createdAt: '2026-01-01T00:00:00.000Z', progress: 1 };

  async function serveTwoModels(of: 'image' | 'video') {
    const keys: unknown[] = [];
    const jobs = () =>
      ['a', 'b'].map((model) => ({
        ...JOB,
        id: `job_${model}`,
        model: `${model}@1`,
        [of]: 'x_1',
        ...(model === 'a'
          ? { status: 'succeeded' }
          : { status: 'failed', error: { code: 'crashed', detail: 'It broke.' } }),
      }));
    const result = { model: { id: 'a', version: '1' }, detections: [], summary: [], timing: {}, frames: 1 };
    const answers: Record<string, () => unknown> = {
      '/v1/users/me': () => ({ id: 'usr_1' }),
      '/v1/images': () => ({ image: { id: 'x_1' }, jobs: jobs() }),
      '/v1/uploads': () => ({ id: 'upl_1', url: `${service.url}/form`, fields: {} }),
      '/v1/uploads/upl_1': () => ({ status: 'done', images: [], videos: ['x_1'], refused: [], progress: {} }),
      '/v1/videos/x_1': () => ({ id: 'x_1', jobs: jobs() }),
      '/v1/jobs/job_a': () => jobs()[0],
      '/v1/jobs/job_b': () => jobs()[1],
      '/v1/jobs/job_a/result': () => (of === 'image' ? { ...result, image: {} } : result),
      '/v1/jobs/job_a/frames': () => ({}),
    };
    const service = await serveLoopback(({ method, path, headers }): ScriptedAnswer => {
      if (method === 'POST' && path !== '/form') keys.push(headers['idempotency-key']);
      const answer = answers[path];
      return answer === undefined ? problem(404, 'not_found') : { json: answer() };
    });
    return { url: service.url, keys };
  }

  test.each([
    ['a photograph is sent anew, as what has succeeded costs nothing', 'image', 2],
    ['a video is not, as all would be paid again', 'video', 1],
  ] as const)('%s', async (_, of, count) => {
    const { url, keys } = await serveTwoModels(of);
    const name = of === 'image' ? 'photos/a.jpg' : 'a.mp4';
    writeFileSync(join(folder, 'a.mp4'), MP4);
    for (let time = 0; time < 2; time++) {
      const { code, stderr } = await analyzeAt(url, [name, '--model', 'a', '--model', 'b']);
      expect(stderr).toContain('It broke.');
      expect(code).toBe(1);
    }
    expect(new Set(keys).size).toBe(count);
  });
});
