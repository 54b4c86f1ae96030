import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeModel } from '../../../../core/adapters/onnx/describe-model.ts';
import { createModelTrial } from '../../../../core/adapters/onnx/try-model.ts';
import type { ModelManifest } from '../../../../core/contracts/model-manifest.ts';

/** Made by `test/fixtures/vision/make_models.py`. */
const bytesOf = (name: string) =>
  readFileSync(new URL(`../../../fixtures/vision/models/${name}.onnx`, import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../../../lambdas/check-model/trial.ts', import.meta.url));

const detect = await describeModel(bytesOf('yolov8-detect'), { id: 'tiny', version: '1' });
vi.setConfig({ testTimeout: 120_000 });
const limits = { timeoutSeconds: 100, memoryMb: 1000 };
const tryModel = createModelTrial({ program: PROGRAM, ...limits });
const tryTiny = (name: string, manifest: Partial<ModelManifest> = {}) =>
  tryModel(bytesOf(name), { ...detect, ...manifest });

describe('the trial lets through', () => {
  test.each(['yolov5-segment', 'yolov8-segment', 'end2end-detect', 'yolov8-dynamic'])('%s', async (name) => {
    const manifest = await describeModel(bytesOf(name), { id: name, version: '1' });
    expect(await tryModel(bytesOf(name), manifest)).toBeUndefined();
  });
});

describe('the trial refuses', () => {
  test('what is no ONNX', async () => {
    const text = new TextEncoder().encode('this is not a model');
    expect(await tryModel(text, detect)).toMatchObject({ code: 'no_onnx_model' });
    expect(await tryModel(bytesOf('yolov8-segment').subarray(0, 9000), detect)).toMatchObject({
      code: 'no_onnx_model',
    });
  });

  test.each([
    ['custom-operator', 'custom_operators', 'example.vision.Sharpen'],
    ['external-weights', 'external_weights', 'proc/self/environ'],
    ['classifier', 'unknown_model_layout', '[1, 2]'],
    ['not-a-number', 'trial_failed', 'NaN'],
    ['failing', 'trial_failed', 'Reshape'],
    ['byte-input', 'unusable_model', 'uint8 [1, 3, 64, 64]'],
    ['hungry', 'trial_out_of_memory', 'more than 1000 MB'],
  ])('%s as %s', async (name, code, detail) => {
    expect(await tryTiny(name)).toEqual({ code, detail: expect.stringContaining(detail) });
  });

  test.each([
    [{ classes: ['plate'] }, '1 classes; the file has 2'],
    [{ task: 'segment' }, 'the task segment; the file has detect'],
    [{ family: 'yolov5' }, 'the family yolov5; the file has yolov8'],
    [{ inputSize: { width: 64, height: 96 } }, '64 x 96; the file has 64 x 64'],
  ] as const)('a manifest that is not of the file: %j', async (manifest, detail) => {
    expect(await tryTiny('yolov8-detect', manifest as Partial<ModelManifest>)).toEqual({
      code: 'manifest_mismatch',
      detail: expect.stringContaining(detail),
    });
  });

  test('a model that does not come back', async () => {
    const impatient = createModelTrial({ program: PROGRAM, ...limits, timeoutSeconds: 5 });
    expect(await impatient(bytesOf('stalling'), detect)).toMatchObject({ code: 'trial_stalled' });
  });
});

describe('the process of a trial', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trial-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const runProgram = async (source: string) => {
    const program = join(folder, `program-${source.length}.mjs`);
    await writeFile(program, source);
    return createModelTrial({ program, ...limits, environment: { GIVEN: 'yes' } })(new Uint8Array(), detect);
  };

  test.each([
    ['aborts', 'process.abort()', 'SIGABRT'],
    ['breaks its memory', 'process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 9)', 'SIGSEGV'],
    ['ends without a report', 'process.exit(7)', 'exit code 7'],
    [
      'leaves a report that is none',
      'import fs from "fs"; fs.writeFileSync("report.json", "{")',
      'exit code 0',
    ],
  ])('may be one that %s', async (_, source, how) => {
    expect(await runProgram(source)).toEqual({
      code: 'trial_crashed',
      detail: expect.stringContaining(how),
    });
  });

  test('finds nothing in its environment that it was not given', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const names = await runProgram(
      'import fs from "fs"; const detail = Object.keys(process.env).sort().join(" ");' +
        'fs.writeFileSync("report.json", JSON.stringify({ refusal: { code: "seen", detail } }))',
    );
    vi.unstubAllEnvs();
    expect(names?.detail.split(' ')).toContain('GIVEN');
    expect(names?.detail).not.toContain('AWS');
  });

  test('leaves nothing behind', async () => {
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith('segmentry-trial-'));
    await tryTiny('classifier');
    const now = (await readdir(tmpdir())).filter((name) => name.startsWith('segmentry-trial-'));
    expect(now.filter((name) => !left.includes(name))).toEqual([]);
  });
});
