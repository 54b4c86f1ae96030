import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createWebhookPoster } from '../../../../core/adapters/http/post-webhook.ts';

const development = { loopbackAllowed: true };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function receive(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const post = (url: string) => ({ url, headers: { 'webhook-id': 'evt_1' }, body: '{"type":"job.succeeded"}' });
const call = createWebhookPoster({ policy: development, timeoutSeconds: 5 });

it('sends headers and body, and keeps the first bytes of the answer', async () => {
  const seen: unknown[] = [];
  const url = await receive((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push([request.method, request.headers['webhook-id'], body]);
      response.writeHead(202).end('x'.repeat(5000));
    });
  });
  const outcome = await call(post(url));
  expect(outcome).toMatchObject({ httpStatus: 202, answer: 'x'.repeat(1024) });
  expect(seen).toEqual([['POST', 'evt_1', '{"type":"job.succeeded"}']]);
});

it('follows no redirect', async () => {
  let calls = 0;
  const inner = await receive((_, response) => {
    calls += 1;
    response.end();
  });
  const url = await receive((_, response) => response.writeHead(307, { location: inner }).end());
  expect(await call(post(url))).toMatchObject({ httpStatus: 307 });
  expect(calls).toBe(0);
});

it('tells what Retry-After said', async () => {
  const url = await receive((_, response) => response.writeHead(503, { 'retry-after': '7' }).end());
  expect(await call(post(url))).toMatchObject({ httpStatus: 503, retryAfter: '7' });
});

it('takes one that turns the connection into something else for one that has not answered', async () => {
  const url = await receive((_, { socket }) => {
    socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });
  expect(await call(post(url))).toMatchObject({ failure: 'connection_failed' });
});

it('gives up on one that never answers', async () => {
  const url = await receive(() => {});
  const impatient = createWebhookPoster({ policy: development, timeoutSeconds: 0.05 });
  const outcome = await impatient(post(url));
  expect(outcome).toMatchObject({ failure: 'timed_out', answer: '' });
  // A timer may be a millisecond early.
  expect(outcome.durationMs).toBeGreaterThanOrEqual(49);
});

it('takes the status of an answer whose body never ends', async () => {
  const url = await receive((_, response) => response.writeHead(200).write('so far'));
  const impatient = createWebhookPoster({ policy: development, timeoutSeconds: 0.2 });
  expect(await impatient(post(url))).toMatchObject({ httpStatus: 200, answer: 'so far' });
});

it('tells a refused connection from an unknown name', async () => {
  const url = await receive(() => {});
  servers.splice(0).forEach((server) => void server.close());
  expect(await call(post(url))).toMatchObject({ failure: 'connection_failed' });
  const lost = createWebhookPoster({
    policy: development,
    timeoutSeconds: 5,
    resolve: () => Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' })),
  });
  expect(await lost(post('https://gone.example.com/'))).toMatchObject({ failure: 'name_not_found' });
});

it.each([
  ['a private address', ['10.0.0.1']],
  ['the metadata service', ['169.254.169.254']],
  ['a public and a private one', ['93.184.215.14', '127.0.0.1']],
  ['nothing', []],
])('does not connect where a name resolves to %s', async (_, addresses) => {
  const inside = createWebhookPoster({
    policy: development,
    timeoutSeconds: 5,
    resolve: async () => addresses.map((address) => ({ address, family: 4 })),
  });
  expect(await inside(post('https://rebinding.example.com/'))).toMatchObject({ failure: 'address_refused' });
});

it('connects to the address it has checked: a name is resolved once', async () => {
  const url = await receive((_, response) => response.end('here'));
  const answers = [['127.0.0.1'], ['10.0.0.1']];
  const pinned = createWebhookPoster({
    policy: development,
    timeoutSeconds: 5,
    resolve: async () => (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
  });
  expect(await pinned(post(url.replace('127.0.0.1', 'localhost')))).toMatchObject({ answer: 'here' });
  expect(answers).toHaveLength(1);
});

it('checks the URL again: a policy may have become stricter', async () => {
  const url = await receive((_, response) => response.end());
  const strict = createWebhookPoster({ policy: { loopbackAllowed: false }, timeoutSeconds: 5 });
  expect(await strict(post(url))).toMatchObject({ failure: 'address_refused' });
});
