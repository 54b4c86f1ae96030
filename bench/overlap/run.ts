import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSize } from '../read-size.ts';
import { median } from '../vision/measure.ts';
import { hasSharedData, preparePhotographs } from '../vision/photographs.ts';
import { describeMachine } from '../vision/report.ts';

/**
 * `npm run bench:overlap`: what a worker would gain that holds two messages, so that one decodes, or waits for AWS, while the model
 * runs over the other. On one core as a function with 1,769 MB has it, and on two; with what AWS makes a message wait.
 */
const WORKER = fileURLToPath(new URL('./hold-messages.ts', import.meta.url));
const PAGE = fileURLToPath(new URL('../results/overlap.md', import.meta.url));
const CORES = [1, 2];
const WAITS_MS = [0, 40];

interface Rate {
  readonly perSecond: number;
  readonly cpuMs: number;
}

if (!hasSharedData()) {
  console.error(
    'bench:overlap needs the weights and photographs in ../shared, which are not part of this project.',
  );
  process.exit(1);
}
const images = readSize('images', 60);
const rounds = readSize('rounds', 3);
const loadBefore = loadavg()[0] ?? 0;
const { ordinary } = await preparePhotographs(mkdtempSync(join(tmpdir(), 'bench-overlap-')));

const rows = CORES.flatMap((cores) =>
  WAITS_MS.map((waitMs) => {
    const pairs = Array.from({ length: rounds }, () =>
      [1, 2].map((held) => measure({ cores, held, waitMs })),
    );
    const of = (index: number, read: (rate: Rate) => number) =>
      median(pairs.map((pair) => read(pair[index] as Rate)));
    const gain = median(pairs.map(([one, two]) => (two?.perSecond ?? 0) / (one?.perSecond ?? 1)));
    const rate = (index: number) => of(index, ({ perSecond }) => perSecond).toFixed(2);
    const cpu = (index: number) => of(index, ({ cpuMs }) => cpuMs).toFixed(0);
    return `| ${cores} | ${waitMs} ms | ${rate(0)} | ${rate(1)} | ${gain.toFixed(2)} | ${cpu(0)} ms | ${cpu(1)} ms |`;
  }),
);
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const page = [
  '# A worker that holds two messages',
  '',
  `Written by \`npm run bench:overlap\`: ${images} photographs of 640 × 480, yolov8n-seg with one thread, by a process that holds one`,
  `message or two at a time. Medians of ${rounds} rounds, both in turn. What follows from it is in`,
  '[ADR 11](../../docs/adr/0011-one-message-at-a-time.md).',
  '',
  `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, ${describeMachine()}. Load average before: ${loadBefore.toFixed(1)}.`,
  '',
  '| cores | a message waits for AWS | images a second, one message | two | gain | processor an image, one | two |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...rows,
  '',
].join('\n');
writeFileSync(PAGE, page);
console.log(page);

function measure({ cores, held, waitMs }: { cores: number; held: number; waitMs: number }): Rate {
  const cpus = Array.from({ length: cores }, (_, cpu) => cpu).join(',');
  const args = [WORKER, held, waitMs, images, ...ordinary].map(String);
  return JSON.parse(execFileSync('taskset', ['-c', cpus, process.execPath, ...args], { encoding: 'utf8' }));
}
