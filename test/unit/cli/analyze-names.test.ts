import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HeardRequest, problem, serveLoopback } from '../../helpers/loopback-api.ts';
import { OPTIONS } from '../../helpers/loopback-service.ts';
import { runSegmentry } from '../../helpers/run-segmentry.ts';

// Each starts the command once or twice.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-names-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const BOX = { x1: 0, y1: 0, x2: 1, y2: 1 };
const AREA = { pixels: 1, share: 1, cm2: null };
/** What each model calls its first class. */
const CLASSES: Readonly<Record<string, string>> = { 'food@1': 'lemon', 'food@2': 'orange', 'tools@1': 'saw' };

/** A service whose images are called by what made them: `photo`, or the entry of the zip, each with a job a model. */
async function serve() {
  const jobOf = (image: string, model: string) => ({
    id: `${image}.${model}`,
    image,
    model,
    status: 'succeeded',
    progress: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  const resultOf = (job: string) => {
    const [, image = '', id = '', version = ''] = /^(\w+)\.(\w+)@(\d)$/.exec(job) ?? [];
    const name = CLASSES[`${id}@${version}`] ?? '';
    return {
      image: { id: image, sha256: 'a'.repeat(64), width: 1, height: 1 },
      model: { id, version, sha256: 'b'.repeat(64) },
      options: OPTIONS,
      detections: [
        { class: name, classId: 0, confidence: 1, box: BOX, mask: null, polygons: [], area: AREA },
      ],
      summary: [{ class: name, count: 1, pixels: 1, share: 1, cm2: null }],
      timing: { decodeMs: 1, inferMs: 1, postMs: 1 },
    };
  };
  /** As the service resolves them: an id is its newest version, and each is looked with once. */
  const resolve = (models: readonly string[]) => [
    ...new Set(
      models.map((model) => (model.includes('@') ? model : model === 'food' ? 'food@2' : `${model}@1`)),
    ),
  ];
  let zipped: string[] = [];
  const uploaded = { status: 'done', images: [], videos: [], batch: 'b', refused: [], progress: {} };
  const answers: [RegExp, (request: HeardRequest, name: string) => unknown][] = [
    [/^\/v1\/users\/me$/, () => ({ id: 'usr_1' })],
    [/^\/form$/, () => ({})],
    [
      /^\/v1\/images$/,
      ({ query }) => ({
        image: { id: 'photo' },
        jobs: resolve((query.get('models') ?? '').split(',')).map((model) => jobOf('photo', model)),
      }),
    ],
    [
      /^\/v1\/uploads$/,
      ({ body }) => {
        zipped = resolve(JSON.parse(String(body)).models);
        return { id: 'upl_1', url: `${service.url}/form`, fields: {} };
      },
    ],
    [/^\/v1\/uploads\/upl_1$/, () => uploaded],
    [/^\/v1\/batches\/b\/jobs$/, () => ({ items: zipped.map((model) => jobOf('entry', model)), next: null })],
    [/^\/v1\/images\/(\w+)$/, (_, id) => ({ id, filename: 'a.jpg', jobs: [] })],
    [/^\/v1\/jobs\/([^/]+)\/result$/, (_, job) => resultOf(job)],
    [/^\/v1\/jobs\/([^/]+)$/, (_, job) => jobOf(job.replace(/\..*/, ''), job.replace(/^\w+\./, ''))],
  ];
  const service = await serveLoopback((request) => {
    for (const [route, answer] of answers) {
      const match = route.exec(request.path);
      if (match !== null) return { json: answer(request, decodeURIComponent(match[1] ?? '')) };
    }
    return problem(404, 'not_found');
  });
  return (args: readonly string[]) =>
    runSegmentry(['analyze', ...args, '--out', 'found', '--no-overlays'], {
      folder,
      environment: { SEGMENTRY_URL: service.url, SEGMENTRY_API_KEY: 'k' },
    });
}

function write(name: string, bytes: readonly number[]): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), Buffer.from(bytes));
}
const writePhoto = () => write('trip/a.jpg', [0xff, 0xd8, 0xff, 0xe0]);
const writeZip = () => write('trip.zip', [...Buffer.from('PK\x03\x04rest')]);

const read = (name: string) => readFileSync(join(folder, 'found', name), 'utf8');
/** Whose result each document is. */
const documents = () =>
  Object.fromEntries(
    (readdirSync(join(folder, 'found'), { recursive: true }) as string[])
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .map((name) => {
        const { image, model } = JSON.parse(read(name));
        return [name, `${image.id} by ${model.id}@${model.version}`];
      }),
  );

test('a zip and the folder that it was unpacked into have documents of their own', async () => {
  const analyze = await serve();
  writePhoto();
  writeZip();
  expect((await analyze(['.', '--recursive', '--parallel', '1', '--model', 'tools'])).code).toBe(0);
  expect(Object.values(documents()).toSorted()).toEqual(['entry by tools@1', 'photo by tools@1']);
});

test.each([[['tools']], [['tools', 'food']]])(
  'a photograph that comes later takes no name of an entry, by %j',
  async (models) => {
    const analyze = await serve();
    writeZip();
    // What fails keeps what is known of the run.
    const args = ['.', 'missing.jpg', '--recursive', ...models.flatMap((model) => ['--model', model])];
    expect((await analyze(args)).code).toBe(1);
    const before = documents();
    writePhoto();
    expect((await analyze(args)).code).toBe(1);
    expect(documents()).toMatchObject(before);
    expect(Object.keys(documents())).toHaveLength(2 * models.length);
  },
);

test('two versions of one model have documents of their own', async () => {
  const analyze = await serve();
  writePhoto();
  const { code } = await analyze(['trip', '--model', 'food@1', '--model', 'food@2']);
  expect(code).toBe(0);
  expect(documents()).toEqual({
    'a.food@1.json': 'photo by food@1',
    'a.food@2.json': 'photo by food@2',
  });
});

test('a model that is named twice has one row a detection', async () => {
  const analyze = await serve();
  writePhoto();
  expect((await analyze(['trip', '--model', 'food', '--model', 'food@2'])).code).toBe(0);
  expect(read('results.csv').trim().split('\r\n')).toHaveLength(2);
});

test('labels of several models are numbered by the classes of each', async () => {
  const analyze = await serve();
  writePhoto();
  expect((await analyze(['trip', '--model', 'food', '--model', 'tools', '--format', 'yolo'])).code).toBe(0);
  expect(readdirSync(join(folder, 'found/labels')).toSorted()).toEqual(['a.food.txt', 'a.tools.txt']);
  expect([read('classes.food.txt'), read('classes.tools.txt')]).toEqual(['orange\n', 'saw\n']);
});
