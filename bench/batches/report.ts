import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median } from '../vision/measure.ts';
import { describeMachine, describeMeasurement, isReached, type Measurement } from '../vision/report.ts';
import type { BatchRun } from './run-batch.ts';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));
const LIMIT_SECONDS = 4;

export interface BatchMeasurements {
  readonly jobs: number;
  readonly rounds: readonly BatchRun[];
  readonly loadBefore: number;
}

/** Writes the table with the machine it was measured on. @returns whether what is wanted is reached. */
export function keepResult({ jobs, rounds, loadBefore }: BatchMeasurements): boolean {
  const measure = (name: string, read: (run: BatchRun) => number): Measurement => ({
    name,
    value: median(rounds.map(read)),
    unit: 's',
    target: { atMost: LIMIT_SECONDS },
    detail: rounds.map(read).join(' s, ').concat(' s'),
  });
  const measurements = [
    measure('until a poll says it is finished', ({ finished }) => finished),
    measure('until its results are fetched', ({ fetched }) => fetched),
  ];
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const table = [
    '# Batch benchmark',
    '',
    `Written by \`npm run bench:batches\`: a batch of ${jobs} jobs whose results are all there already, on the emulator,`,
    `from the request on. Medians of ${rounds.length} rounds.`,
    '',
    `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, ${describeMachine()}. Load average before: ` +
      `${loadBefore.toFixed(1)}.`,
    '',
    '| what | measured | wanted | reached | rounds |',
    '| --- | --- | --- | --- | --- |',
    ...measurements.map(describeMeasurement),
    '',
  ].join('\n');
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}batches.md`, table);
  console.log(table);
  return measurements.every(isReached);
}
