import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../vision/report.ts';
import type { CallCounts } from './count-calls.ts';

const PAGE = fileURLToPath(new URL('../results/calls.md', import.meta.url));
const MOST = 12;
/** Of a minute's work, not of an image: they run by the clock. */
const BY_THE_CLOCK = /^Reconcile/;

const sumOf = (counts: CallCounts) => [...counts.values()].reduce((sum, each) => sum + each, 0);
const ofImages = (counts: CallCounts): CallCounts =>
  new Map([...counts].filter(([name]) => !BY_THE_CLOCK.test(name)));

/** Writes the table. @returns whether no number of images takes more calls each than is wanted. */
export function keepCalls(
  all: readonly (readonly [jobs: number, counts: CallCounts])[],
  inMemory: readonly (readonly [images: number, calls: number])[],
): boolean {
  const counted = all.map(([jobs, counts]) => [jobs, ofImages(counts)] as const);
  const names = [...new Set(counted.flatMap(([, counts]) => [...counts.keys()]))].sort();
  const each = (jobs: number, count: number) => (count / jobs).toFixed(2);
  const rows = names.map((name) => {
    const cells = counted.map(([jobs, counts]) => each(jobs, counts.get(name) ?? 0));
    return `| ${name.split(' ').join(' | ')} | ${cells.join(' | ')} |`;
  });
  const sums = counted.map(([jobs, counts]) => sumOf(counts) / jobs);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const page = [
    '# Calls of AWS an image',
    '',
    'Written by `npm run bench:calls`: from `POST /v1/images` to the announcement of the result, 4 clients at once, counted by a proxy',
    'between the functions and the emulator. What Lambda itself asks of queues and streams is not counted, nor is what the reconciler',
    'asks each minute. Calls below one an image are shared by several.',
    '',
    `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, ${describeMachine()}.`,
    '',
    `| function | service | call | ${counted.map(([jobs]) => `${jobs} images`).join(' | ')} |`,
    `| --- | --- | --- | ${counted.map(() => '---').join(' | ')} |`,
    ...rows,
    `| **all** | | | ${sums.map((sum) => `**${sum.toFixed(2)}**`).join(' | ')} |`,
    '',
    `Wanted: at most ${MOST}.`,
    '',
    'The same use cases over a table in memory, one image after another and each end announced alone, without the read of who asks and',
    'the list of webhooks; a test holds it to the calls that it names (`test/unit/bench/calls-of-an-image.test.ts`):',
    '',
    '| images | calls an image |',
    '| --- | --- |',
    ...inMemory.map(([images, calls]) => `| ${images} | ${calls.toFixed(3)} |`),
    '',
  ].join('\n');
  writeFileSync(PAGE, page);
  console.log(page);
  return sums.every((sum) => sum <= MOST);
}
