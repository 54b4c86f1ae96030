import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listContainers } from '../../localstack/images/leftovers.ts';
import { buildImage } from '../helpers/images/build-image.ts';
import { readGivenWorkshop } from '../helpers/images/given-workshop.ts';
import { type RunOptions, startFunction } from '../helpers/images/run-image.ts';

const { docker, buildArguments } = readGivenWorkshop();
const PLATFORM = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;

const folder = mkdtempSync(join(tmpdir(), 'segmentry-failing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a function of this code, built as the product's own are. */
async function startCode(name: string, code: string, limits: Partial<RunOptions> = {}) {
  const directory = mkdtempSync(join(folder, name));
  // As the CDK leaves what it hands over: for all to read.
  chmodSync(directory, 0o755);
  copyFileSync(join('lambdas', 'analyze-image', 'Dockerfile'), join(directory, 'Dockerfile'));
  writeFileSync(join(directory, 'index.mjs'), code);
  const { tag } = await buildImage(docker, { name, directory, platform: PLATFORM }, buildArguments);
  const options = { memoryMb: 256, timeoutSeconds: 30, environment: {}, ...limits };
  return startFunction(docker, { image: tag, ...options });
}

const countContainers = async () => (await listContainers(docker)).length;

/** A machine that is busy with other work takes long to start a container. */
const PATIENT = 40_000;

const FAILURES: [what: string, code: string, said: RegExp, initTimeoutMs: number][] = [
  [
    'ends without a word',
    'process.exit(3)',
    /ended with 3 before it asked for an event. It printed nothing/,
    PATIENT,
  ],
  [
    'waits for something else',
    'await new Promise((done) => setTimeout(done, 60_000))',
    /has not asked for an event/,
    3000,
  ],
  ['can not be loaded', "throw new Error('no luck')", /told of an error: .*no luck/, PATIENT],
];

it.each(FAILURES)(
  'a function that %s before its first event is told of, and its container is gone',
  async (...failure) => {
    const [, code, said, initTimeoutMs] = failure;
    const before = await countContainers();
    await expect(startCode('failing', code, { initTimeoutMs })).rejects.toThrow(said);
    expect(await countContainers()).toBe(before);
  },
  60_000,
);

it('a handler that takes too long is ended, as Lambda does', async () => {
  const before = await countContainers();
  const code =
    "export const handler = () => { console.log('began'); return new Promise(() => setInterval(() => {}, 1e6)); }";
  const running = await startCode('slow', code, { timeoutSeconds: 1 });
  await expect(running.invoke({})).rejects.toThrow(/has not answered after 1 s(.|\n)*began/);
  expect(await countContainers()).toBe(before);
}, 60_000);

it('a handler that fails tells its error, and the next event finds it again', async () => {
  const code =
    "let calls = 0; export const handler = async () => { calls += 1; if (calls === 1) throw new Error('once'); return { calls }; }";
  const running = await startCode('failing', code);
  await expect(running.invoke({})).rejects.toThrow(/told of an error: .*once/);
  expect(await running.invoke({})).toEqual({ calls: 2 });
  await running.stop();
}, 60_000);

it('a function that takes more memory than is deployed is ended', async () => {
  const code =
    'export const handler = async () => { const all = []; for (;;) all.push(Buffer.alloc(16e6, 1)); }';
  const running = await startCode('greedy', code);
  await expect(running.invoke({})).rejects.toThrow(/ended with (137|139|134)/);
}, 60_000);
