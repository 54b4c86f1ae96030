import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { createStacks } from '../../lib/create-stacks.ts';
import { type BundledFunction, readFunctions } from '../../test/helpers/read-functions.ts';
import { readSize } from '../read-size.ts';
import { measureStart, type Start } from './measure-start.ts';

/**
 * `npm run bench:bundles [-- ASSEMBLY] [-- --rounds 20]`: how large the code of each function is, how long a process takes to load
 * it (its cold start, as far as it is ours), and how much memory that takes; before it the same of an earlier assembly,
 * where one is named.
 */
const ROUNDS = readSize('rounds', 20);
const SHARES = [0.5, 0.9, 0.99];
const earlier = process.argv[2]?.startsWith('--') === true ? undefined : process.argv[2];

const at = (share: number, starts: readonly Start[], figure: (start: Start) => number): number => {
  const sorted = starts.map(figure).toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};
const spread = (starts: readonly Start[], figure: (start: Start) => number): string =>
  SHARES.map((share) => Math.round(at(share, starts, figure))).join(' / ');

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
    spread(starts, ({ processorMs }) => processorMs),
    spread(starts, ({ loadMs }) => loadMs),
    (at(0.5, starts, ({ residentBytes }) => residentBytes) / 1e6).toFixed(1),
  ];
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const lines = [
  '# Code of the functions',
  '',
  `Written by \`npm run bench:bundles\`. A process loads the function as Lambda does, native packages included: the part of a`,
  `cold start that is ours. p50 / p90 / p99 of ${ROUNDS} processes${earlier === undefined ? '' : ', before → now, by turns'}. Why it is not less: [ADR 9](../../docs/adr/0009-small-bundles.md).`,
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
