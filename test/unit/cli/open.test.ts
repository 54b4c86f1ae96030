import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problem, serveLoopback } from '../../helpers/loopback-api.ts';
import { runSegmentry } from '../../helpers/run-segmentry.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-open-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the console is where pages are served beside the API', async () => {
  const { url } = await serveLoopback(() => ({ headers: { 'content-type': 'text/html; charset=utf-8' } }));
  const { code, stdout } = await runSegmentry(['open', '--print', '--url', url], { folder });
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${url}\n` });
});

test('an API without pages is said to be one', async () => {
  const { url } = await serveLoopback(() => problem(404, 'not_found'));
  const { code, stderr } = await runSegmentry(['open', '--print', '--url', url], { folder });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('serves the API and no console'),
  });
});

test('without a browser to open it in, its address is printed', async () => {
  const { url } = await serveLoopback(() => ({ headers: { 'content-type': 'text/html' } }));
  const { code, stdout } = await runSegmentry(['open', '--url', url], {
    folder,
    environment: { PATH: folder },
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${url}\n` });
});
