import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { problem, serveLoopback } from '../../helpers/loopback-api.ts';
import { type LoopbackServiceOptions, serveLoopbackService } from '../../helpers/loopback-service.ts';
import { CTRL_C, runSegmentry, type SegmentryOptions } from '../../helpers/run-segmentry.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
// Each starts the command several times.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-analyze-'));
  mkdirSync(join(folder, 'photos'));
  for (const name of ['a', 'b', 'c'])
    writeFileSync(join(folder, 'photos', `${name}.jpg`), Buffer.concat([JPEG, Buffer.from(name)]));
  writeFileSync(join(folder, 'photos', 'notes.txt'), 'none');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function prepare(options: LoopbackServiceOptions = {}) {
  const service = await serveLoopbackService(options);
  const environment = { SEGMENTRY_URL: service.url, SEGMENTRY_API_KEY: 'sk_1' };
  const analyze = (args: readonly string[], more: Partial<SegmentryOptions> = {}) =>
    runSegmentry(['analyze', ...args], { folder, environment, ...more });
  return { service, analyze };
}

describe('segmentry analyze', () => {
  test('says of each photograph what was found, on plain lines when piped', async () => {
    const { service, analyze } = await prepare();
    const { code, stdout, stderr } = await analyze(['photos']);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').toSorted()).toEqual(
      ['a', 'b', 'c'].map((name) => `${join('photos', name)}.jpg  16 x 16  1 lemon (25.0 %)`),
    );
    expect(stderr).toContain('notes.txt is no photograph');
    expect(stderr).toContain('Model: segmentry-food');
    expect(stdout + stderr).not.toContain('\x1b');
    expect(service.stored.toSorted()).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
  });

  test('shows a line for each under way and one for all, in a terminal', async () => {
    const { analyze } = await prepare({
      before: async ({ path }) => {
        if (path === '/v1/images') await new Promise((resolve) => setTimeout(resolve, 300));
        return undefined;
      },
    });
    const { code, stdout } = await analyze(['photos', '--parallel', '2'], { inTerminal: true });
    expect(code).toBe(0);
    expect(stdout).toMatch(/a\.jpg {2}sending\r\n.*b\.jpg {2}sending\r\n.*0 of 3 done/);
    expect(stdout).toContain('3 of 3 done');
    expect(stdout).toContain('\x1b[1m');
    const plain = await analyze(['photos'], {
      inTerminal: true,
      environment: { SEGMENTRY_URL: 'http://127.0.0.1:1', SEGMENTRY_API_KEY: 'sk_1', NO_COLOR: '1' },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what must not be there.
    expect(plain.stdout).not.toMatch(/\x1b\[\d+m/);
  });

  test('writes documents, overlays, CSV, COCO and YOLO labels', async () => {
    const { analyze } = await prepare();
    const { code, stdout } = await analyze([
      'photos',
      '--out',
      'found',
      '--format',
      'csv,coco,yolo',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).detections.length),
    ).toEqual([1, 1, 1]);
    const read = (name: string) => readFileSync(join(folder, 'found', name), 'utf8');
    expect(JSON.parse(read('a.json')).detections).toHaveLength(1);
    expect(existsSync(join(folder, 'found', 'c.png'))).toBe(true);
    expect(read('results.csv').trim().split('\r\n')).toHaveLength(4);
    expect(
      JSON.parse(read('results.coco.json'))
        .images.map((image: { file_name: string }) => image.file_name)
        .toSorted(),
    ).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    expect(read('labels/b.txt')).toBe('3 0 0 0.5 0 0.5 0.5 0 0.5\n');
    expect(read('classes.txt').trim().split('\n').at(-1)).toBe('lemon');
  });

  test('prints one result a line with --json, and nothing else to stdout', async () => {
    const { analyze } = await prepare();
    const { code, stdout } = await analyze(['photos/a.jpg', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ filename: 'a.jpg', summary: [{ class: 'lemon' }] });
  });

  test('goes on after Ctrl-C: what was sent is not sent again, what was under way goes under its key', async () => {
    let hangs = true;
    const { service, analyze } = await prepare({
      before: async ({ path, headers }) => {
        const isLast = path === '/v1/images' && headers['x-filename'] === 'c.jpg';
        if (isLast && hangs) await new Promise((resolve) => setTimeout(resolve, 5_000));
        return undefined;
      },
    });
    const args = ['photos', '--out', 'found', '--parallel', '1'];
    const first = await analyze(args, {
      inTerminal: true,
      steps: [{ seen: /c\.jpg {2}sending/, act: CTRL_C }],
    });
    expect(first.code).toBe(130);
    expect(first.stdout).toContain('The same command goes on from here');
    hangs = false;
    const second = await analyze(args);
    expect(second.code).toBe(0);
    expect(
      readFileSync(join(folder, 'found', 'results.csv'), 'utf8')
        .trim()
        .split('\r\n'),
    ).toHaveLength(4);
    const posts = service.heard.filter(({ path }) => path === '/v1/images');
    const keysOf = (name: string) =>
      posts
        .filter(({ headers }) => headers['x-filename'] === name)
        .map(({ headers }) => headers['idempotency-key']);
    expect(keysOf('a.jpg')).toHaveLength(1);
    expect(new Set(keysOf('c.jpg')).size).toBe(1);
  });

  test('writes what this run found, where another one has left its results', async () => {
    const { service, analyze } = await prepare();
    const read = () => JSON.parse(readFileSync(join(folder, 'found', 'a.json'), 'utf8'));
    const overlay = join(folder, 'found', 'a.png');
    await analyze(['photos/a.jpg', '--out', 'found']);
    const first = read();
    writeFileSync(overlay, 'old');
    await analyze(['photos/a.jpg', '--out', 'found', '--confidence', '0.9']);
    const second = read();
    expect(second.image.id).not.toBe(first.image.id);
    expect(readFileSync(overlay, 'utf8')).not.toBe('old');
    await analyze(['photos/a.jpg', '--out', 'found']);
    expect([first.image.id, second.image.id]).not.toContain(read().image.id);
    expect(service.stored).toHaveLength(3);
  });

  test('goes on where results could not be written, and fetches no result twice', async () => {
    const { service, analyze } = await prepare();
    const args = ['photos', '--out', 'found', '--parallel', '1'];
    // Stands for a disk that is full.
    mkdirSync(join(folder, 'found', 'c.json.part'), { recursive: true });
    expect((await analyze(args)).code).toBe(1);
    rmSync(join(folder, 'found', 'c.json.part'), { recursive: true });
    expect((await analyze(args)).code).toBe(0);
    const asked = service.heard.filter(({ path }) => path.endsWith('/result')).map(({ path }) => path);
    expect(asked.filter((path) => path.includes('job_0'))).toHaveLength(1);
    expect(existsSync(join(folder, 'found', 'c.json'))).toBe(true);
  });

  test('takes what comes into a folder, until Ctrl-C', async () => {
    const { service, analyze } = await prepare();
    const { code } = await analyze(['photos', '--watch'], {
      inTerminal: true,
      steps: [
        {
          seen: /3 of 3 done/,
          act: () => writeFileSync(join(folder, 'photos', 'd.jpg'), Buffer.concat([JPEG, Buffer.from('d')])),
        },
        { seen: /d\.jpg {2}16 x 16/, act: CTRL_C },
      ],
    });
    expect(code).toBe(0);
    expect(service.stored).toHaveLength(4);
  });

  test('refuses one bad photograph, does the others and exits with 1', async () => {
    const { analyze } = await prepare();
    writeFileSync(join(folder, 'bad.jpg'), 'no image');
    const { code, stdout, stderr } = await analyze(['bad.jpg', 'missing.jpg', 'photos/a.jpg']);
    expect(code).toBe(1);
    expect(stdout).toContain('a.jpg  16 x 16');
    expect(stderr).toMatch(/bad\.jpg: .*unknown_content_type/);
    expect(stderr).toContain('missing.jpg: There is no such file. (no_such_file)');
  });

  test('what can not be found, opened or fetched ends by itself', async () => {
    const { service, analyze } = await prepare();
    const closed = await serveLoopback(() => problem(401, 'no_guest'));
    symlinkSync('loop.jpg', join(folder, 'photos', 'loop.jpg'));
    const { code, stderr } = await analyze([`${closed.url}/a.jpg`, 'http://[', 'photos', '--parallel', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\/a\.jpg: .* answered 401\. \(input_not_fetched\)/);
    expect(stderr).toContain("http://[ can't be fetched");
    expect(stderr).toContain(
      `${join('photos', 'loop.jpg')}: Its symbolic links lead in a circle. (endless_link)`,
    );
    expect(service.stored).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
  });

  test('a folder that may not be read ends by itself', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read every folder');
    const { service, analyze } = await prepare();
    mkdirSync(join(folder, 'photos', 'private'), { mode: 0 });
    const { code, stderr } = await analyze(['photos', '--recursive']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/private: .* \(no_permission\)/);
    expect(service.stored).toHaveLength(3);
  });

  test.each([
    [
      'too few credits',
      problem(402, 'insufficient_credits', { cost: 0.75, balance: 0.5 }),
      5,
      'this costs 0.75, and you have 0.5',
    ],
    ['a key that has expired', problem(401, 'invalid_token'), 3, 'Log in anew: segmentry login'],
    ['a key that may not', problem(403, 'forbidden_scope'), 3, '(forbidden_scope)'],
  ])('tells of %s, once, and stops', async (_, answer, exitCode, words) => {
    const { service, analyze } = await prepare({
      before: ({ path }) => (path === '/v1/images' ? answer : undefined),
    });
    const { code, stderr } = await analyze(['photos', '--parallel', '1']);
    expect(code).toBe(exitCode);
    expect(stderr.split(words)).toHaveLength(2);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(service.heard.filter(({ path }) => path === '/v1/images')).toHaveLength(1);
  });

  test.each([
    [['photos', '--out', 'photos'], 'of the photographs'],
    [['photos', '--format', 'yolo'], '--out'],
    [['photos', '--format', 'xml'], 'json, csv, coco, yolo'],
    [['photos', '--pixels-per-cm', '-3'], '--pixels-per-cm must be above 0, not -3'],
    [['.'], 'no photographs'],
    [[], 'this folder has 0'],
  ])('%j is refused: %s', async (args, words) => {
    const { analyze } = await prepare();
    const { code, stderr } = await analyze(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) });
  });

  test('takes the only photograph of the folder where none is named, and not one of several', async () => {
    const { analyze } = await prepare();
    copyFileSync(join(folder, 'photos/a.jpg'), join(folder, 'only.jpg'));
    expect(await analyze([])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('only.jpg  16 x 16'),
    });
    copyFileSync(join(folder, 'photos/a.jpg'), join(folder, 'other.jpg'));
    expect(await analyze([])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('this folder has 2'),
    });
  });

  test('takes the model of ordinary things where only models of the box are deployed', async () => {
    const { analyze } = await prepare({
      models: ['common-objects', 'segmentry-food', 'segmentry-food-int8'],
    });
    const { code, stderr } = await analyze(['photos/a.jpg']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Model: common-objects') });
  });

  test('asks which model where the choice is not obvious', async () => {
    const { analyze } = await prepare({ models: ['mine', 'segmentry-food'] });
    const { code, stderr } = await analyze(['photos']);
    expect(code).toBe(2);
    expect(stderr).toContain('--model');
    expect(stderr).toContain('mine, segmentry-food');
  });
});
