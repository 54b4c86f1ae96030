import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT } from '../../../localstack/paths.ts';
import { runProgram } from '../../../localstack/run-program.ts';
import { serveLoopback } from '../../helpers/loopback-api.ts';

const LIMIT_BYTES = 15_000;
const environment = { PATH: process.env.PATH ?? '', HOME: tmpdir() };
const CLIENT = join(PROJECT, 'client');

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-package-'));
  await succeed(process.execPath, [join(CLIENT, 'build', 'build.ts')], PROJECT);
  await succeed('npm', ['pack', '--pack-destination', folder, '--silent'], CLIENT);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module' }),
  );
  await succeed('npm', ['install', '--offline', './segmentry-client-0.1.0.tgz'], folder);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function succeed(program: string, args: readonly string[], at: string): Promise<string> {
  const { exitCode, output } = await runProgram(program, args, {
    environment,
    folder: at,
    timeoutMs: 200_000,
  });
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) });
  return output;
}

test('installed from its archive it brings nothing else along, and is small', () => {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/segmentry-client']);
  const code = readFileSync(join(folder, 'node_modules/segmentry-client/dist/index.js'));
  expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThanOrEqual(LIMIT_BYTES);
});

test('its types stand on their own, and know the contracts', async () => {
  const right = `import { Segmentry, verifyWebhook } from 'segmentry-client';
import { toPolygons } from 'segmentry-client/masks';
const { api } = new Segmentry({ url: 'http://127.0.0.1', apiKey: 'k' });
const { items } = await api.listImages({ limit: 5 });
export const names: string[] = items.map((image) => image.filename);
const result = await api.getJobResult({ id: 'job_1' });
if ('detections' in result) for (const { mask } of result.detections) if (mask) toPolygons(mask);
const event = await verifyWebhook({ body: '', headers: {}, secret: '' });
if (event.type === 'job.failed') event.data.error?.detail.toUpperCase();
await api.uploadImage({ file: new Blob([]), filename: 'a', models: ['m'], options: { scale: { pixelsPerCm: 2 } } });
export const gone: undefined = await api.deleteImage({ id: '1' });
`;
  const wrong = `import { Segmentry } from 'segmentry-client';
const { api } = new Segmentry({ url: 'http://127.0.0.1' });
await api.getJob();
await api.createUpload({ kind: 'picture', filename: 'a', contentType: 'image/png', sizeBytes: 1 });
(await api.getMe()).nickname;
`;
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src', 'right.ts'), right);
  writeFileSync(join(folder, 'src', 'wrong.ts'), wrong);
  const options = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--lib',
    'es2023,dom,dom.iterable',
  ];
  const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc');
  await succeed(process.execPath, [tsc, ...options, 'src/right.ts'], folder);
  const { output } = await runProgram(process.execPath, [tsc, ...options, 'src/wrong.ts'], {
    environment,
    folder,
    timeoutMs: 100_000,
  });
  expect(output.match(/^src\/wrong\.ts\(\d+/gm)).toEqual([
    'src/wrong.ts(3',
    'src/wrong.ts(4',
    'src/wrong.ts(5',
  ]);
}, 240_000);

/** This Node, and the one that the machine has, where it is another: the package is for Node 20 and newer. */
function findNodes(): string[] {
  const own = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const there = own.map((folder) => join(folder, 'node')).find((path) => existsSync(path));
  const version = there === undefined ? '' : spawnSync(there, ['--version'], { encoding: 'utf8' }).stdout;
  const isOther = Number(/^v(\d+)/.exec(version)?.[1]) >= 20 && version.trim() !== process.version;
  return [process.execPath, ...(there !== undefined && isOther ? [there] : [])];
}

test.each(findNodes())('the example runs from the installed package, by %s', async (node) => {
  const { url } = await serveLoopback(({ method, path }) => {
    if (path === '/v1/models')
      return { json: { items: [{ id: 'm', versions: [{ status: 'available' }] }], next: null } };
    if (method === 'POST')
      return { status: 202, json: { image: { id: 'i' }, jobs: [{ id: 'job_1', status: 'queued' }] } };
    if (path.endsWith('/result')) {
      return { json: { detections: [{ class: 'apple', confidence: 0.951, area: { pixels: 24820 } }] } };
    }
    return { json: { id: 'job_1', status: 'succeeded' } };
  });
  const example = join(folder, 'analyze.mjs');
  copyFileSync(join(CLIENT, 'examples', 'analyze.mjs'), example);
  expect(readFileSync(example, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  const photograph = join(PROJECT, 'models', 'samples', 'table-1.jpg');
  const child = spawn(node, [example, photograph], {
    cwd: folder,
    env: { ...environment, API_URL: url, API_KEY: 'k' },
  });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  expect(output).toBe('apple  95 %  24820 px\n');
});
