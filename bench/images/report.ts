import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BuiltImage } from '../../test/helpers/images/build-image.ts';
import { describeMachine } from '../vision/report.ts';
import type { ColdStart } from './measure-cold-start.ts';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));
const AIM_MS = 900;
const LARGEST_MB = 400;

export interface ImageMeasurements {
  readonly built: ReadonlyMap<string, BuiltImage>;
  readonly coldStarts: readonly ColdStart[];
  readonly published: boolean;
  readonly memoryMb: number;
  readonly model: string;
  readonly loadBefore: number;
}

/** The value that this share of all is at most. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Writes the page with the machine it was measured on. */
export function keepResult(measured: ImageMeasurements): void {
  const { built, coldStarts, published, memoryMb, model, loadBefore } = measured;
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const base = published
    ? 'the images that the Dockerfiles name'
    : 'a small Debian with the pinned Node and `aws-lambda-ric`';
  const row = (name: string, read: (start: ColdStart) => number) => {
    const values = coldStarts.map(read);
    return `| ${name} | ${[0.5, 0.9, 0.99].map((share) => quantile(values, share).toFixed(0)).join(' | ')} |`;
  };
  const lines = [
    '# Container images',
    '',
    `Written by \`npm run bench:images\`: built from their own Dockerfiles, on ${base}; run not as root, on a read-only`,
    `file system, with ${memoryMb} MB, against the pipeline on the emulator.`,
    '',
    `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, ${describeMachine()}. Load average before: ${loadBefore.toFixed(1)}.`,
    '',
    '## Sizes',
    '',
    `At most ${LARGEST_MB} MB are wanted.`,
    '',
    '| image | MB | added to its base |',
    '| --- | --- | --- |',
    ...[...built].map(
      ([name, { bytes, ownBytes }]) => `| ${name} | ${megabytes(bytes)} | ${megabytes(ownBytes)} |`,
    ),
    '',
    '## Cold starts',
    '',
    `From the kernel's start of the process to the stored result, by \`${model}\` on \`models/samples/table-1.jpg\`; ${coldStarts.length} starts.`,
    `At most ${AIM_MS} ms are wanted in half of them.`,
    '',
    '| ms | p50 | p90 | p99 |',
    '| --- | --- | --- | --- |',
    row('until it asks for an event', ({ loadMs }) => loadMs),
    row('from the event to the result', ({ firstResultMs }) => firstResultMs),
    row('cold start', ({ loadMs, firstResultMs }) => loadMs + firstResultMs),
    row('processor time until then', ({ processorMs }) => processorMs),
    '',
  ];
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}images.md`, lines.join('\n'));
  console.log(lines.join('\n'));
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
