import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeMachine, describeMeasurement, isReached, type Measurement } from '../vision/report.ts';
import type { PictureFrames } from './measure-frames.ts';
import type { GridFrames } from './measure-grid.ts';
import type { Load } from './measure-load.ts';
import type { Frames } from './trace-frames.ts';

const RESULT = fileURLToPath(new URL('../results/console.md', import.meta.url));

export interface ConsoleMeasurements {
  readonly kilobytes: number;
  readonly loads: Readonly<Record<string, Load>>;
  readonly frames: readonly PictureFrames[];
  readonly grid: GridFrames;
  readonly loadBefore: number;
}

/** Writes the table with the machine it was measured on. @returns whether what is wanted is reached. */
export function keepResult({ kilobytes, loads, frames, grid, loadBefore }: ConsoleMeasurements): boolean {
  const measurements: Measurement[] = [
    {
      name: 'initial load, gzipped',
      value: kilobytes,
      unit: 'kB',
      target: { atMost: 100 },
      detail: 'page, script, style, icon',
    },
    ...Object.entries(loads).flatMap(([page, { firstPaintSeconds, layoutShift }]): Measurement[] => [
      {
        name: `first paint of ${page}`,
        value: firstPaintSeconds,
        unit: 's',
        target: { atMost: 1 },
        detail: 'nothing cached',
      },
      {
        name: `layout shift of ${page}`,
        value: layoutShift,
        unit: '',
        target: { atMost: 0.01 },
        detail: 'sum until it rests',
      },
    ]),
    ...frames.map((each) =>
      describeFrames(`a frame of 12 megapixels with ${each.detections} detections that moves`, each),
    ),
    describeFrames(`a frame of a grid of ${grid.images} images that scrolls`, grid),
    describePress(`selecting one of ${grid.images} images`, grid.selectMs),
    describePress(`selecting all ${grid.images} images`, grid.selectAllMs),
  ];
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const table = [
    '# Console benchmark',
    '',
    'Written by `npm run bench:console`: the console of a stack on the emulator, in Chromium without a graphics card. Times of',
    'frames are processor time of the page’s main thread, from the browser’s trace; a frame at 60 a second has 16.7 ms.',
    '',
    `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, ${describeMachine()}. Load average before: ${loadBefore.toFixed(1)}.`,
    '',
    '| what | measured | wanted | reached | how |',
    '| --- | --- | --- | --- | --- |',
    ...measurements.map(describeMeasurement),
    '',
  ].join('\n');
  writeFileSync(RESULT, table);
  process.stdout.write(table);
  return measurements.every(isReached);
}

const describePress = (name: string, value: number): Measurement => ({
  name,
  value,
  unit: 'ms',
  target: { atMost: 100 },
  detail: 'until it is drawn, on the clock',
});

const describeFrames = (name: string, { medianMs, p95Ms, medianGapMs, frames }: Frames): Measurement => ({
  name,
  value: medianMs,
  unit: 'ms',
  target: { atMost: 16.7 },
  detail: `95 % within ${p95Ms.toFixed(1)} ms; ${frames} frames, one each ${medianGapMs.toFixed(1)} ms on the clock`,
});
