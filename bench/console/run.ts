import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { buildConsole } from '../../localstack/console/build-console.ts';
import { findChromium } from '../../test/helpers/find-chromium.ts';
import { measureFrames } from './measure-frames.ts';
import { measureGrid } from './measure-grid.ts';
import { measureLoad } from './measure-load.ts';
import { keepResult } from './report.ts';

/**
 * `npm run bench:console -- --url http://127.0.0.1:…`: how soon the console of a stack that is up (`npm start`) is there,
 * and how smoothly a picture of 12 megapixels moves.
 */
const { values } = parseArgs({ options: { url: { type: 'string' } } });
const executablePath = findChromium();
if (values.url === undefined || executablePath === undefined) {
  process.stderr.write(
    'Give the console’s address by --url, with Chromium installed: npm start prints it.\n',
  );
  process.exit(1);
}
const { url } = values;
const loadBefore = loadavg()[0] ?? 0;
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const session = await makeSession(url);
  const frames = [];
  for (const detections of [20, 300, 5_000])
    frames.push(await measureFrames(browser, { url, session, detections }));
  const grid = await measureGrid(browser, { url, session });
  const loads = {
    'the form to sign in': await measureLoad(browser, url),
    'the images': await measureLoad(browser, `${url}/images`, session),
    'the credits': await measureLoad(browser, `${url}/credits`, session),
  };
  const kilobytes = gzippedSize(await buildConsole()) / 1000;
  process.exitCode = keepResult({ kilobytes, loads, frames, grid, loadBefore }) ? 0 : 1;
} finally {
  await browser.close();
}

/** What the pages themselves need; pictures come later. */
function gzippedSize(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return files
    .filter((path) => statSync(path).isFile() && /\.(html|js|css|svg)$/.test(path))
    .reduce((sum, path) => sum + gzipSync(readFileSync(path)).byteLength, 0);
}

async function makeSession(url: string): Promise<string> {
  const account = { email: `bench-${randomUUID()}@example.org`, password: 'four unrelated words' };
  const post = async (path: string, body: object) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
    return answer.json() as Promise<{ accessToken: string; refreshToken: string; expiresIn: number }>;
  };
  await post('/v1/users', { ...account, passwordConfirmation: account.password });
  const { accessToken, refreshToken, expiresIn } = await post('/v1/sessions', account);
  return JSON.stringify({ accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 });
}
