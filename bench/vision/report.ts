import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** One number that was measured, and what it should be. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
  /** What lies behind the number. */
  readonly detail: string;
}

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

export function isReached({ value, target }: Measurement): boolean {
  if (target === undefined) return true;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

/** A row of the table, also for the terminal. */
export function describeMeasurement(measurement: Measurement): string {
  const { name, value, unit, target, detail } = measurement;
  const wanted =
    target === undefined ? '' : 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
  const mark = target === undefined ? '' : isReached(measurement) ? 'yes' : '**no**';
  return `| ${name} | ${format(value)} ${unit} | ${wanted} | ${mark} | ${detail} |`;
}

const format = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Keeps the table with the machine it was measured on. */
export function writeReport(measurements: readonly Measurement[], loadBefore: number): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const lines = [
    '# Vision benchmarks',
    '',
    `Made by \`npm run bench:vision\` on ${new Date().toISOString().slice(0, 16)}Z at commit ${commit}.`,
    '',
    `Machine: ${cpus()[0]?.model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
      `${process.platform}-${process.arch}, Node ${process.versions.node}. ` +
      `Load average ${loadBefore.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after.`,
    '',
    'Medians. What is compared runs in turn, picture by picture, so that whatever else the machine does hits both alike.',
    '',
    '| what | measured | wanted | reached | detail |',
    '| --- | --- | --- | --- | --- |',
    ...measurements.map(describeMeasurement),
    '',
  ];
  mkdirSync(RESULTS, { recursive: true });
  const path = `${RESULTS}vision.md`;
  writeFileSync(path, lines.join('\n'));
  return path;
}
