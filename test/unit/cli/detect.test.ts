import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultDocument } from '../../../core/contracts/result-document.ts';

const entry = fileURLToPath(new URL('../../../cli/segmentry.mjs', import.meta.url));
const model = fileURLToPath(new URL('../../fixtures/vision/models/yolov8-segment.onnx', import.meta.url));
const classifier = fileURLToPath(new URL('../../fixtures/vision/models/classifier.onnx', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-cli-'));
  mkdirSync(join(folder, 'photos'));
  for (const [index, width] of [128, 64, 256, 192, 320, 96, 160].entries()) {
    await sharp({ create: { width, height: 128, channels: 3, background: '#456' } })
      .jpeg()
      .toFile(join(folder, 'photos', `${index}.jpg`));
  }
  writeFileSync(join(folder, 'bad.jpg'), 'no image');
});
afterAll(() => rmSync(folder, { recursive: true }));

function segmentry(...args: string[]) {
  const environment = { PATH: process.env.PATH ?? '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: environment,
  });
  return { status, lines: stdout.split('\n').filter((line) => line !== ''), stderr };
}

describe('segmentry detect', () => {
  test('prints one document a line, in the order given', () => {
    const { status, lines } = segmentry('detect', 'photos', '--model', model, '--json', '--workers', '3');
    expect(status).toBe(0);
    const documents = lines.map((line) => ResultDocument.parse(JSON.parse(line)));
    expect(documents.map(({ image }) => image.width)).toEqual([128, 64, 256, 192, 320, 96, 160]);
    expect(documents.map(({ image }) => image.id)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => join('photos', `${i}.jpg`)),
    );
    expect(documents[0]?.image.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(documents[0]?.model.id).toBe('yolov8-segment');
    expect(documents[0]?.detections.map((detection) => detection.class)).toEqual(['plate', 'coin']);
  });

  test('says once, in words alone, that the model in the box is there in 8 bits too', () => {
    const { stderr } = segmentry('detect', 'photos/0.jpg', 'photos/1.jpg');
    expect(stderr.match(/in 8 bits: 1\.9 times as fast/g)).toHaveLength(1);
    const [, twin = ''] = /--model (\S+-int8\.onnx) is the same model/.exec(stderr) ?? [];
    expect(existsSync(twin)).toBe(true);
    expect(segmentry('detect', 'photos/0.jpg', '--json').stderr).toBe('');
  });

  test.each([
    ['says that a model made of these weights in 8 bits stands beside', true],
    ['is silent about one that was made of other weights', false],
  ])('%s', (_, isOfThese) => {
    const beside = join(folder, `twin-${isOfThese}`);
    mkdirSync(beside);
    cpSync(model, join(beside, 'plates.onnx'));
    const sha256 = createHash('sha256').update(readFileSync(model)).digest('hex');
    const int8 = {
      of: isOfThese ? sha256 : '0'.repeat(64),
      speed: 2,
      wanted: 120,
      found: 119,
      overlap: 0.957,
    };
    writeFileSync(join(beside, 'plates-int8.manifest.json'), JSON.stringify({ int8 }));
    const { stderr } = segmentry('detect', 'photos/0.jpg', '--model', join(beside, 'plates.onnx'));
    expect(stderr.includes('2.0 times as fast on one thread where it was measured, 119 of 120')).toBe(
      isOfThese,
    );
  });

  test('names each bad file, does the rest and exits with 1', () => {
    const { status, lines, stderr } = segmentry(
      'detect',
      'photos/0.jpg',
      'bad.jpg',
      'missing.jpg',
      'photos/1.jpg',
      '--model',
      model,
      '--json',
    );
    expect(status).toBe(1);
    expect(lines).toHaveLength(2);
    expect(stderr).toContain('bad.jpg: These bytes are not an image');
    expect(stderr).toContain('(unsupported_image)');
    expect(stderr).toContain('missing.jpg: There is no such file. (no_such_file)');
  });

  test('tells people in words', () => {
    const { lines } = segmentry('detect', 'photos/0.jpg', '--model', model, '--pixels-per-cm', '4');
    expect(lines).toEqual(['photos/0.jpg  128 x 128  1 plate (14.1 %, 144.0 cm²), 1 coin (3.1 %, 32.0 cm²)']);
  });

  test('draws overlays', async () => {
    segmentry('detect', 'photos/0.jpg', 'photos/1.jpg', '--model', model, '--overlay', 'drawn');
    expect(readdirSync(join(folder, 'drawn')).sort()).toEqual(['0.png', '1.png']);
    expect(await sharp(join(folder, 'drawn', '0.png')).metadata()).toMatchObject({ width: 128, height: 128 });
  });

  test('hands its options on', () => {
    const flags =
      '--confidence 0.1 --iou 0.5 --max-detections 7 --class coin --class-agnostic --mask polygon --polygon-tolerance 0 --tiles 64 --tile-overlap 0.1 --scale-uncertainty 0.1 --pixels-per-cm 4';
    const { lines } = segmentry(
      'detect',
      'photos/0.jpg',
      '--model',
      model,
      '--json',
      ...flags.split(' '),
      '--region',
      '0,0 128,0 128,128 0,128',
    );
    expect(JSON.parse(lines[0] ?? '').options).toEqual({
      confidence: 0.1,
      iou: 0.5,
      maxDetections: 7,
      classes: ['coin'],
      classAgnosticNms: true,
      mask: 'polygon',
      polygonTolerance: 0,
      tiles: { size: 64, overlap: 0.1 },
      regions: [
        [
          [0, 0],
          [128, 0],
          [128, 128],
          [0, 128],
        ],
      ],
      scale: { pixelsPerCm: 4, uncertainty: 0.1 },
    });
  });

  test.each([
    ['an option that is out of range', ['--confidence', '2'], '--confidence must be at most 1, not 2'],
    ['a negative scale', ['--pixels-per-cm', '-3'], '--pixels-per-cm must be above 0, not -3'],
    ['an option that is no number', ['--iou', 'much'], 'number'],
    ['a class the model does not know', ['--class', 'spoon'], 'plate, coin'],
    ['a reference without size', ['--reference', 'plate'], 'CLASS=DIAMETER'],
    ['a region that is none', ['--region', '1,2 3'], 'x,y x,y x,y'],
    ['an unknown option', ['--fast'], '--fast'],
  ])('refuses %s with exit code 2', (_, flags, words) => {
    const { status, stderr } = segmentry('detect', 'photos/0.jpg', '--model', model, ...flags);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });

  test('uses the model in the box where none is named', () => {
    const sample = fileURLToPath(new URL('../../../models/samples/table-1.jpg', import.meta.url));
    const { status, lines } = segmentry('detect', sample, '--json');
    expect(status).toBe(0);
    const document = ResultDocument.parse(JSON.parse(lines[0] ?? ''));
    expect(document.model).toMatchObject({ id: 'segmentry-food', version: '1' });
    expect(document.detections.map((detection) => detection.class)).toContain('lemon');
  });

  test('refuses a model that fits no family, with the shapes seen and known', () => {
    const { status, stderr } = segmentry('detect', 'photos/0.jpg', '--model', classifier);
    expect(status).toBe(1);
    expect(stderr).toMatch(/\[1, 2\].*Known: YOLOv8/);
  });

  test('uses the manifest beside the weights', () => {
    const { lines } = segmentry('models', 'inspect', model, '--json');
    const manifest = {
      ...JSON.parse(lines.join('\n')),
      id: 'mine',
      version: '7',
      defaults: { confidence: 0.8 },
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    spawnSync('cp', [model, join(folder, 'weights.onnx')]);
    const document = JSON.parse(
      segmentry('detect', 'photos/0.jpg', '--model', 'weights.onnx', '--json').lines[0] ?? '',
    );
    expect(document.model).toMatchObject({ id: 'mine', version: '7' });
    expect(document.options.confidence).toBe(0.8);
    expect(document.detections).toHaveLength(1);
  });
});

test('segmentry models inspect prints what was recognised', () => {
  const { status, lines } = segmentry('models', 'inspect', model);
  expect(status).toBe(0);
  expect(lines.join('\n')).toMatch(
    /family +YOLOv8.*\n.*task +segment.*\n.*input +64 x 64\n.*classes +2: plate, coin/,
  );
});
