import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runSegmentry } from '../../helpers/run-segmentry.ts';

/** A port of this machine at which nobody listens any more. */
async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('an address that leads nowhere is named, with what the system says of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-smoke-'));
  const url = `http://127.0.0.1:${await findClosedPort()}/api`;
  const { code, stderr } = await runSegmentry(['smoke', '--url', url], {
    folder,
    environment: { SEGMENTRY_API_KEY: 'sk_any' },
  });
  rmSync(folder, { recursive: true });
  expect(stderr).toContain(`✗ answers: ${url} is not reached: `);
  expect(stderr).toMatch(/ECONNREFUSED/);
  expect(code).toBe(2);
});
