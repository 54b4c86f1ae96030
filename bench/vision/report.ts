import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
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

/** What one part measured, when, and how busy the machine was with other work before. */
interface PartResult {
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: string;
  readonly loadBefore: number;
  readonly measurements: readonly Measurement[];
}

const JSON_PATH = `${RESULTS}vision.json`;
const TABLE_PATH = `${RESULTS}vision.md`;

export const describeMachine = () =>
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
  `${process.platform}-${process.arch}, Node ${process.versions.node}`;

/** Keeps a part's numbers in place of its earlier ones, with the machine, and writes the table anew. */
export function keepResult(part: string, measurements: readonly Measurement[], loadBefore: number): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = describeMachine();
  const measuredAt = `${new Date().toISOString().slice(0, 16)}Z`;
  const kept = existsSync(JSON_PATH) ? JSON.parse(readFileSync(JSON_PATH, 'utf8')) : {};
  const results: Record<string, PartResult> = {
    ...kept,
    [part]: { measuredAt, commit, machine, loadBefore, measurements },
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(JSON_PATH, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(TABLE_PATH, writeTable(results));
}

function writeTable(results: Record<string, PartResult>): string {
  const parts = Object.entries(results).flatMap(([part, result]) => [
    `## ${part}`,
    '',
    `${result.measuredAt}, commit ${result.commit}, ${result.machine}. Load average before: ` +
      `${result.loadBefore.toFixed(1)}${result.loadBefore > 1 ? ' (the machine was busy with other work)' : ''}.`,
    '',
    '| what | measured | wanted | reached | detail |',
    '| --- | --- | --- | --- | --- |',
    ...result.measurements.map(describeMeasurement),
    '',
  ]);
  return [
    '# Vision benchmarks',
    '',
    'Written by `npm run bench:vision`, or `npm run bench:vision -- PART` for one part. Medians; what is compared runs in',
    'turn, image by image, so that whatever else the machine does hits both alike.',
    '',
    ...parts,
  ].join('\n');
}
