import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { playImages, unitsOfOne } from '../../../bench/cost/play-images.ts';
import { describeCost, estimate } from '../../../cli/cost/describe-cost.ts';
import {
  type CostSettings,
  type GpuTime,
  readMeasured,
  readMeasuredGpu,
  readPrices,
} from '../../../cli/cost/estimate-cost.ts';
import { runSegmentry } from '../../helpers/run-segmentry.ts';

const measured = readMeasured();
const SETTINGS: CostSettings = {
  by: 'request',
  arch: 'x64',
  memoryMb: 3008,
  waitMs: 40,
  imageKb: 100,
  resultKb: 4,
  analysisMs: measured.analysisMs.value,
  uploadMs: measured.uploadMs.value,
  apiMs: measured.apiMs.value,
  coldStartMs: measured.coldStartMs.value,
  coldShare: 0,
};
const lineOf = (settings: CostSettings, what: string) =>
  estimate(settings).lines.find((line) => line.what === what)?.dollars ?? Number.NaN;

describe('the cost of 1,000 images', () => {
  test.each(Object.entries(measured))(
    '%s is what the benchmarks have recorded',
    (_, { source, quote, value }) => {
      const recorded = readFileSync(new URL(`../../../${source}`, import.meta.url), 'utf8');
      expect(recorded).toContain(quote);
      expect(quote).toContain(String(value));
    },
  );

  test.each(['request', 'zip'] as const)('by %s has as many writes as the code makes', async (by) => {
    const { value } = measured[`${by}WriteUnits`];
    expect(unitsOfOne(await playImages(by))).toBeCloseTo(value, 1);
  });

  test('is the sum of its lines, each at a dated price', () => {
    const { lines, total } = estimate(SETTINGS);
    expect(lines.reduce((sum, { dollars }) => sum + dollars, 0)).toBeCloseTo(total, 10);
    for (const { asOf, unit } of lines)
      expect([asOf, unit]).toEqual([expect.stringMatching(/^20\d\d-\d\d/), expect.stringMatching(/./)]);
  });

  test('is as computed by hand: 2 GB for half a second, a thousand times, is a thousand GB-seconds', () => {
    const settings = { ...SETTINGS, memoryMb: 2048, analysisMs: 450, waitMs: 50 };
    expect(lineOf(settings, 'Lambda: analysing it')).toBeCloseTo(1000 * 0.0000166667, 8);
    expect(lineOf(settings, 'API Gateway: send, wait, fetch')).toBeCloseTo((3000 / 1e6) * 3.5, 8);
    // Each kilobyte of a packed result costs two units in its transaction.
    const more =
      lineOf({ ...settings, resultKb: 7 }, 'DynamoDB: writes') - lineOf(settings, 'DynamoDB: writes');
    expect(more).toBeCloseTo((2000 / 1e6) * 0.625, 8);
  });

  test('has what a new process takes longer than one that has its model, in the share that is told', () => {
    const settings = {
      ...SETTINGS,
      memoryMb: 2048,
      analysisMs: 60,
      waitMs: 40,
      coldStartMs: 1100,
      coldShare: 0.5,
    };
    // Two GB for a second more, five hundred times.
    expect(lineOf(settings, 'Lambda: cold starts')).toBeCloseTo(1000 * 0.0000166667, 8);
    expect(lineOf({ ...settings, coldShare: 0 }, 'Lambda: cold starts')).toBe(0);
    expect(lineOf({ ...settings, coldStartMs: 50 }, 'Lambda: cold starts')).toBe(0);
  });

  test('crosses a task that is always up where an hour of analyses costs an hour of it', () => {
    const { crossings } = estimate(SETTINGS, { imageMs: 10, device: 'NVIDIA L4' });
    expect(crossings.length).toBeGreaterThan(1);
    const analysis = lineOf(SETTINGS, 'Lambda: analysing it') / 1000 + 0.2 / 1e6;
    for (const { imagesAnHour, dollarsAnHour, atMostMs } of crossings) {
      expect(imagesAnHour * analysis).toBeCloseTo(dollarsAnHour, 6);
      expect(imagesAnHour * atMostMs).toBeCloseTo(3_600_000, 3);
    }
    expect(crossings[0]).toMatchObject({ task: { isFastEnough: true, imagesAnHour: 360_000 } });
  });

  test('says that nobody looked the prices up, and which durations it takes', () => {
    const words = describeCost(estimate(SETTINGS), (text) => text);
    expect(words).toContain(readPrices().note);
    expect(words).toContain('bench/results/vision.json');
    expect(words).not.toContain('one task does');
    const withGpu = describeCost(estimate(SETTINGS, { imageMs: 36, device: 'NVIDIA L4' }), (text) => text);
    expect(withGpu).toContain('at 36.0 ms (NVIDIA L4) one task does 100,000');
  });
});

describe('a GPU’s time an image', () => {
  const recorded = (figures: object): GpuTime | undefined => {
    const folder = mkdtempSync(join(tmpdir(), 'gpu-figures-'));
    const path = join(folder, 'gpu.json');
    writeFileSync(path, JSON.stringify(figures));
    const time = readMeasuredGpu(pathToFileURL(path));
    rmSync(folder, { recursive: true });
    return time;
  };

  test('is what the benchmark has measured on one, and nothing that ran on a processor', () => {
    const time = { device: 'NVIDIA L4', imageMs: 6.5 };
    expect(recorded({ provider: 'cuda', ...time })).toEqual(time);
    expect(recorded({ provider: 'cpu', ...time })).toBeUndefined();
    expect(readMeasuredGpu(pathToFileURL('/nowhere/gpu.json'))).toBeUndefined();
  });

  test('says what one task can do', () => {
    const [crossing] = estimate(SETTINGS, { imageMs: 6.5, device: 'NVIDIA L4' }).crossings;
    expect(crossing).toMatchObject({ task: { imagesAnHour: 3_600_000 / 6.5 } });
    expect(estimate(SETTINGS, undefined).crossings[0]).not.toHaveProperty('task');
  });
});

test.each([
  ['--image-kb', '-5', 'It must be a number, 0 or more.'],
  ['--analysis-ms', 'Infinity', 'It must be a number.'],
  ['--gpu-ms', '0', 'It must be a number above 0.'],
])('%s %s is refused: no cost follows from it', async (flag, value, words) => {
  const { code, stdout, stderr } = await runSegmentry(['cost', flag, value], { folder: process.cwd() });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
});
