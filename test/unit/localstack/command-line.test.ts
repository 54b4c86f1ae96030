import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { AppliedOptions, PRODUCT_DEFAULTS } from '../../../core/contracts/analysis-options.ts';
import { EMPTY_TALLY, formatTally } from '../../../localstack/check/tally.ts';
import { portOf } from '../../../localstack/command-line.ts';
import { parseDemoArguments } from '../../../localstack/demo/demo-arguments.ts';
import { formatTable } from '../../../localstack/demo/format-table.ts';
import { nameModel } from '../../../localstack/models/model-name.ts';
import { pickEmulator } from '../../../localstack/pick-emulator.ts';
import { findFreePort } from '../../../localstack/processes/free-port.ts';

test('the demo takes a photograph and its options in any order', () => {
  const parsed = parseDemoArguments([
    '--json',
    '/photos/lunch.jpg',
    '--model',
    '/m/food.onnx',
    '--pixels-per-cm',
    '21.5',
    '--port',
    '4566',
  ]);
  expect(parsed).toEqual({
    help: false,
    photograph: '/photos/lunch.jpg',
    model: '/m/food.onnx',
    pixelsPerCm: 21.5,
    json: true,
    keep: false,
    port: 4566,
  });
});

test.each([
  [['a.jpg', '--pixels-per-cm', '0'], 'a number above 0'],
  [['a.jpg', '--pixels-per-cm', '-3'], '--pixels-per-cm takes a number above 0, not -3'],
  [['a.jpg', 'b.jpg'], 'without b.jpg'],
  [['a.jpg', '--modle', 'x'], '--modle'],
  [['a.jpg', '--model'], '--model'],
  [['a.jpg', '--port', 'eighty'], '--port must be a number'],
])('%j is refused: %s', (args, message) => {
  expect(() => parseDemoArguments(args)).toThrow(message);
});

test('without arguments there is neither photograph nor model: the demo has its own', () => {
  expect(parseDemoArguments([])).toMatchObject({ photograph: undefined, model: undefined });
});

test.each(['0', '65536', '1.5', '-1', ''])('port %j is refused', (text) => {
  expect(() => portOf(text)).toThrow('--port');
});

test('a port that is taken is said to be', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(findFreePort(port)).rejects.toThrow(`Port ${port} is in use`);
  expect(await findFreePort()).not.toBe(port);
  await new Promise((resolve) => server.close(resolve));
  expect(await findFreePort(port)).toBe(port);
});

test.each([
  ['/weights/yolov8n-seg.onnx', 'yolov8n-seg'],
  ['My Food Model (v2).ONNX', 'my-food-model-v2-'],
  ['_hidden.onnx', 'hidden'],
  [`${'x'.repeat(100)}.onnx`, 'x'.repeat(64)],
])('%s becomes the model %s', (path, id) => {
  expect(nameModel(path)).toEqual({ id, version: '1' });
});

test('a file without a letter or digit names no model', () => {
  expect(() => nameModel('/weights/模型.onnx')).toThrow('Rename it');
});

test('an emulator that does not exist is refused with those that do', () => {
  expect(() => pickEmulator('moto')).toThrow(/There is no emulator "moto".*ministack/);
  expect(pickEmulator('ministack').name).toBe('ministack');
});

test('the last line of a test run', () => {
  expect(formatTally({ ...EMPTY_TALLY, passed: 3 })).toBe('3 passed, 0 failed');
  const failures = ['some.test.ts > holds: it does not'];
  expect(formatTally({ passed: 3, failed: 1, skipped: 2, failures })).toBe(
    'failed: some.test.ts > holds: it does not\n3 passed, 1 failed, 2 skipped',
  );
});

const plate = {
  class: 'plate',
  classId: 0,
  confidence: 0.876,
  mask: null,
  polygons: [],
  box: { x1: 0, y1: 0, x2: 1, y2: 1 },
};

const options = AppliedOptions.parse(PRODUCT_DEFAULTS);
const model = { id: 'food', classes: ['plate', 'cup'] };

test('a table of what was found, with cm² where a scale is known', () => {
  const area = { pixels: 34_000, share: 0.0389 };
  const detections = [
    { ...plate, area: { ...area, cm2: 530.93 } },
    { ...plate, class: 'egg', area: { ...area, cm2: null } },
  ];
  const table = formatTable({ detections, options }, model);
  expect(table.split('\n')).toEqual([
    'class  confidence  area (px)  area (%)  area (cm²)',
    '─────  ──────────  ─────────  ────────  ──────────',
    'plate        0.88     34,000      3.89       530.9',
    'egg          0.88     34,000      3.89           –',
  ]);
});

test('no column for cm² where no scale is known, and no table where nothing was found', () => {
  const detections = [{ ...plate, area: { pixels: 1, share: 0, cm2: null } }];
  expect(formatTable({ detections, options }, model)).not.toContain('cm');
  const nothing = formatTable({ detections: [], options }, model);
  expect(nothing).toContain(
    'The model food looked for plate, cup, and saw none of them with a confidence above 0.25',
  );
  expect(nothing).toContain('--model');
});
