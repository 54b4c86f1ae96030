import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serveConsole } from '../../../localstack/console/serve-console.ts';

let folder: string;
let backend: Server;
let pages: Awaited<ReturnType<typeof serveConsole>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-console-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), 'the page');
  writeFileSync(join(folder, 'assets', 'app-1.js'), 'the code');
  backend = createServer((request, response) => response.end(`the API: ${request.url}`));
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const bucketOrigin = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  pages = await serveConsole({
    folder,
    apiUrl: `${bucketOrigin}/stage`,
    liveUrl: `${bucketOrigin}/live`,
    bucketOrigin,
  });
});
afterEach(async () => {
  await pages.close();
  backend.close();
  rmSync(folder, { recursive: true, force: true });
});

const dial = async () => {
  const socket = connect(Number(new URL(pages.url).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};

/** Byte for byte, as no browser would write some of them. @returns the status and the body. */
async function ask(target: string): Promise<string> {
  const socket = await dial();
  socket.write(`GET ${target} HTTP/1.0\r\nhost: console\r\nconnection: close\r\n\r\n`);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return `${head.split(' ')[1]} ${body}`;
}

it.each([
  ['/', '200 the page'],
  ['/jobs/job_1?tab=areas', '200 the page'],
  ['/assets/app-1.js', '200 the code'],
  ['/v1/me?x=1', '200 the API: /stage/v1/me?x=1'],
  ['/assets/../index.html', '404 There is no such file.'],
  // Nothing of what anybody asks for ends the stack.
  ['/%.js', '404 There is no such file.'],
  ['/%00.js', '404 There is no such file.'],
  ['//', '200 the page'],
])('%s is answered by %s', async (target, answer) => {
  expect(await ask(target)).toBe(answer);
});

it.each(['/live', '/no-such-path'])('a page that goes while it joins %s takes nobody along', async (path) => {
  for (let page = 0; page < 20; page += 1) {
    const socket = await dial();
    socket.write(`GET ${path} HTTP/1.1\r\nhost: c\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`);
    socket.resetAndDestroy();
    await once(socket, 'close');
  }
  expect(await ask('/')).toBe('200 the page');
});

it('the pages of a stack that is up stay, though a later build has swept their folder', async () => {
  rmSync(folder, { recursive: true });
  expect(await ask('/')).toBe('200 the page');
  expect(await ask('/assets/app-1.js')).toBe('200 the code');
});
