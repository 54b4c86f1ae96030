import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkWritable } from '../../../localstack/check-writable.ts';
import { writeEndpoints } from '../../../localstack/endpoints-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-endpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const endpointsOf = (port: number) => ({
  consoleUrl: `http://127.0.0.1:${port}`,
  apiUrl: `http://127.0.0.1:${port}/api`,
  liveUrl: undefined,
});
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

test('a second running stack leaves the file of the first alone, and the first to end that of the second', () => {
  const first = writeEndpoints(endpointsOf(1), folder);
  const second = writeEndpoints(endpointsOf(2), folder);
  expect([first.path, second.path]).toEqual(
    ['endpoints.json', 'endpoints-2.json'].map((name) => join(folder, name)),
  );
  expect(read(first.path)).toMatchObject({ apiUrl: 'http://127.0.0.1:1/api' });
  first.remove();
  expect(existsSync(first.path)).toBe(false);
  expect(read(second.path)).toMatchObject({ apiUrl: 'http://127.0.0.1:2/api' });
});

test.each([
  ['a stack that was killed', JSON.stringify({ process: { id: process.pid, startedAt: '1' } })],
  ['an older version', '{"apiUrl": "http://127.0.0.1:9"}'],
  ['nobody', 'no JSON'],
])('the file of %s gives way', (_, content) => {
  writeFileSync(join(folder, 'endpoints.json'), content);
  const { path } = writeEndpoints(endpointsOf(1), folder);
  expect(read(path)).toMatchObject({ apiUrl: 'http://127.0.0.1:1/api' });
  expect(path).toBe(join(folder, 'endpoints.json'));
});

test('a folder that nothing can be written to is told in a sentence', () => {
  const file = join(folder, 'out');
  writeFileSync(file, '');
  expect(() => checkWritable(join(file, 'runs'))).toThrow(
    /^Nothing can be written to .*out\/runs \(ENOTDIR\)/,
  );
  checkWritable(join(folder, 'new', 'runs'));
  expect(existsSync(join(folder, 'new', 'runs'))).toBe(true);
});
