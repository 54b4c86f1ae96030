#!/usr/bin/env node
// The command must start on any Node; only newer ones run TypeScript as it is.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const pinned = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major >= 24 || (major === 22 && minor >= 18);

if (runsTypeScript) {
  await import('./main.ts');
} else if (existsSync(pinned)) {
  const { status, signal } = spawnSync(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 128 + constants.signals[signal];
} else {
  console.error(
    `Segmentry needs Node 24; this is ${process.versions.node}. Run "npm ci" first: it installs one.`,
  );
  process.exitCode = 1;
}
