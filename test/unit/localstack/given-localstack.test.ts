import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { localstack, pickWay } from '../../../localstack/localstack.ts';
import type { RunFolder } from '../../../localstack/run-folder.ts';

/** Nothing is started, so nothing is recorded. */
const NO_RUN: RunFolder = {
  path: '/nowhere',
  recordGroup: () => expect.fail('a process was started'),
  recordUndo: () => expect.fail('a process was started'),
  folder: () => expect.fail('a folder was made'),
  end: async () => {},
};

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === '/_localstack/health' ? 200 : 404;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
});

test('an address that is given is used before all else, and never by the name localhost', async () => {
  vi.stubEnv('LOCALSTACK_ENDPOINT', `http://localhost:${port}/`);
  expect(pickWay().name).toBe('given');
  const running = await localstack.start(NO_RUN, {});
  expect(running.endpointUrl).toBe(`http://127.0.0.1:${port}`);
  expect(running.restApiUrl('abc', 'api')).toBe(`http://127.0.0.1:${port}/_aws/execute-api/abc/api`);
  await running.stop();
  expect(server.listening).toBe(true);
});

test('where nobody answers there, that is said', async () => {
  vi.stubEnv('LOCALSTACK_ENDPOINT', `http://127.0.0.1:${port}`);
  await new Promise((resolve) => server.close(resolve));
  await expect(localstack.start(NO_RUN, {})).rejects.toThrow(
    `No LocalStack answers at http://127.0.0.1:${port}`,
  );
});
