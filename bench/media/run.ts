import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../vision/measure.ts';
import { describeMachine, describeMeasurement, isReached, type Measurement } from '../vision/report.ts';
import { makeClip, makeZip } from './make-media.ts';
import { type MemoryRun, runWatched } from './measure-memory.ts';

/** `npm run bench:media`: what the workers hold in memory while they take in a large zip and a long clip. */
const PICTURES = 2000;
const CLIP_SECONDS = 600;
const TABLE = fileURLToPath(new URL('../results/media.md', import.meta.url));

function describe(name: string, { answer, seconds, megabytes }: MemoryRun): Measurement[] {
  const quarter = Math.floor(megabytes.length / 4);
  const early = median(megabytes.slice(quarter, 2 * quarter));
  const late = median(megabytes.slice(3 * quarter));
  return [
    {
      name: `peak memory, ${name}`,
      value: Math.max(...megabytes),
      unit: 'MB',
      target: { atMost: 512 },
      detail: `${answer.done} done in ${seconds.toFixed(0)} s, programs it starts included`,
    },
    {
      name: `growth, ${name}`,
      value: late / early,
      unit: '×',
      target: { atMost: 1.15 },
      detail: `second quarter: ${early.toFixed(0)} MB, last quarter: ${late.toFixed(0)} MB (medians)`,
    },
  ];
}

if (process.platform !== 'linux') {
  console.error('This reads memory from /proc: run it on Linux.');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'segmentry-bench-'));
try {
  const loadBefore = loadavg()[0] ?? 0;
  const zip = await runWatched('./zip-process.ts', await makeZip(folder, PICTURES));
  const clip = await runWatched('./video-process.ts', makeClip(folder, CLIP_SECONDS));
  const measurements = [
    ...describe(`a zip of ${PICTURES} pictures`, zip),
    ...describe(`a 1080p clip of ${CLIP_SECONDS / 60} minutes, a frame a second`, clip),
  ];
  const table = [
    '# Media benchmarks',
    '',
    'Written by `npm run bench:media`: one worker takes in all of a zip, another reads all frames of a clip.',
    '',
    `${describeMachine()}. Load average before: ${loadBefore.toFixed(1)}.`,
    '',
    '| what | measured | wanted | reached | detail |',
    '| --- | --- | --- | --- | --- |',
    ...measurements.map(describeMeasurement),
    '',
  ].join('\n');
  mkdirSync(join(TABLE, '..'), { recursive: true });
  writeFileSync(TABLE, table);
  console.log(table);
  if (!measurements.every(isReached)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
