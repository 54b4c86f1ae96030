import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { createStacks } from '../../lib/create-stacks.ts';
import { type BundledFunction, readFunctions } from '../../test/helpers/read-functions.ts';
import { measureStart, type Start } from './measure-start.ts';

/**
 * `npm run bench:bundles [-- ASSEMBLY]`: how large the code of each function is, how long a process takes to load it,
 * and how much memory that takes; before it the same of an earlier assembly, where one is named.
 */
const ROUNDS = 5;
const [, , earlier] = process.argv;

const medianOf = (starts: readonly Start[], figure: (start: Start) => number): number =>
  starts.map(figure).toSorted((one, other) => one - other)[Math.floor(starts.length / 2)] ?? 0;

const loadBefore = loadavg()[0] ?? 0;

const assemblies = [...(earlier === undefined ? [] : [earlier]), synthesize()].map(readFunctions);
const names = [...(assemblies.at(-1)?.keys() ?? [])].toSorted();
const rows = names.map((name) => {
  const functions = assemblies.flatMap((functions) => functions.get(name) ?? []);
  const starts = functions.map((): Start[] => []);
  // By turns, so that what else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, each] of functions.entries()) starts[index]?.push(measureStart(each));
  }
  const cells = functions.map((each, index) => describe(each, starts[index] ?? []));
  return `| ${name} | ${[0, 1, 2, 3].map((column) => cells.map((cell) => cell[column]).join(' → ')).join(' | ')} |`;
});

function synthesize(): string {
  const outdir = mkdtempSync(join(tmpdir(), 'segmentry-bench-bundles-'));
  const app = new App({ outdir, context: { target: 'emulator' }, builtinCloudFormationValidation: false });
  createStacks(app);
  app.synth();
  return outdir;
}

function describe({ bundle }: BundledFunction, starts: readonly Start[]): string[] {
  return [
    String(Math.round(statSync(bundle).size / 1000)),
    String(Math.round(medianOf(starts, ({ processorMs }) => processorMs))),
    String(Math.round(medianOf(starts, ({ loadMs }) => loadMs))),
    (medianOf(starts, ({ residentBytes }) => residentBytes) / 1e6).toFixed(1),
  ];
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const lines = [
  '# Code of the functions',
  '',
  `Written by \`npm run bench:bundles\`. A process loads the function as Lambda does, native packages included; median of`,
  `${ROUNDS} processes${earlier === undefined ? '' : ', before → now, by turns'}. Why it is not less: [ADR 9](../../docs/adr/0009-small-bundles.md).`,
  '',
  `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ` +
    `Node ${process.versions.node}. Load average before: ${loadBefore.toFixed(1)}.`,
  '',
  '| function | kB | processor, ms | clock, ms | memory, MB |',
  '| --- | --- | --- | --- | --- |',
  ...rows,
  '',
];
mkdirSync('bench/results', { recursive: true });
writeFileSync('bench/results/bundles.md', lines.join('\n'));
console.log(lines.join('\n'));
