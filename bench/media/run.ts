import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgress } from '../../localstack/progress.ts';
import { readSize } from '../read-size.ts';
import { median } from '../vision/measure.ts';
import { describeMachine, describeMeasurement, isReached, type Measurement } from '../vision/report.ts';
import { makeVideo, makeZip } from './make-media.ts';
import { type MemoryRun, runWatched } from './measure-memory.ts';

/**
 * `npm run bench:media [-- --images 40 --seconds 20]`: what the workers hold in memory while they take in a large
 * zip and a long video.
 */
const IMAGES = readSize('images', 2000);
const VIDEO_SECONDS = readSize('seconds', 600);
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
  const progress = createProgress();
  const packed = await progress.step('Make the zip', () => makeZip(folder, IMAGES));
  const zip = await progress.step(`Take in ${IMAGES} images`, () =>
    runWatched('./zip-process.ts', packed, progress),
  );
  rmSync(packed);
  const filmed = await progress.step('Make the video', async () => makeVideo(folder, VIDEO_SECONDS));
  const video = await progress.step(`Read ${VIDEO_SECONDS} frames`, () =>
    runWatched('./video-process.ts', filmed, progress),
  );
  const measurements = [
    ...describe(`a zip of ${IMAGES} images`, zip),
    ...describe(`a 1080p video of ${VIDEO_SECONDS} seconds, a frame a second`, video),
  ];
  const table = [
    '# Media benchmarks',
    '',
    'Written by `npm run bench:media`: one worker takes in all of a zip, another reads all frames of a video.',
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
