import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStacks } from '../../lib/create-stacks.ts';
import { locatePackage } from '../../lib/locate-package.ts';
import { applyStage } from '../../lib/stage.ts';
import { newApp } from './new-app.ts';

/** A deployment as `cdk synth` makes it, with its code. @returns its folder. */
function synthesize(context: Record<string, string>): string {
  const app = newApp({ ...context, 'aws:cdk:bundling-stacks': ['**'] });
  applyStage(app);
  createStacks(app);
  app.synth();
  return app.outdir;
}

const MACHINES: Record<number, string> = { 62: 'x64', 183: 'arm64' };
const ELF = 0x7f454c46;

/** The processor that a program or library is for, by its own head (ELF, `e_machine`). */
function processorOf(path: string): string {
  const head = Buffer.alloc(20);
  const file = openSync(path, 'r');
  readSync(file, head);
  closeSync(file);
  if (head.readUInt32BE(0) !== ELF) return 'no ELF';
  return MACHINES[head.readUInt16LE(18)] ?? 'another';
}

const nativeFiles = (assembly: string) =>
  readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(node|so[.\d]*)$/.test(path))
    .map((path) => join(assembly, path));

/** Fetched from the registry where this machine has another processor: the lock file's hash is checked. */
function canBeHad(platform: string): string | undefined {
  try {
    locatePackage(`@img/sharp-linux-${platform}`);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith('npm pack failed')) return message;
    throw error;
  }
}

it.for([
  ['prod', 'x64'],
  ['dev', 'arm64'],
])('stage %s is bundled for linux-%s, whatever this machine is', ([stage = '', arch = ''], { skip }) => {
  const obstacle = canBeHad(arch);
  if (obstacle !== undefined) skip(`The registry does not give the packages of linux-${arch}: ${obstacle}`);
  const files = nativeFiles(synthesize({ target: 'aws', stage, arch }));
  const names = files.map((path) => /node_modules\/((?:@img\/)?[^/]+)/.exec(path)?.[1]);
  expect([...new Set(names)].sort()).toEqual([
    `@img/sharp-libvips-linux-${arch}`,
    `@img/sharp-linux-${arch}`,
    'onnxruntime-node',
  ]);
  expect(files.filter((path) => processorOf(path) !== arch)).toEqual([]);
});
