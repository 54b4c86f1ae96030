import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildConsole } from '../../../localstack/console/build-console.ts';

it('the console is there with 100 kB over the wire', { timeout: 120_000 }, async () => {
  const folder = await buildConsole();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const needed = names
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && /\.(html|js|css|svg)$/.test(path));
  expect(needed.length).toBeGreaterThan(3);
  const bytes = needed.reduce((sum, path) => sum + gzipSync(readFileSync(path)).byteLength, 0);
  expect(bytes).toBeLessThan(100_000);
});
