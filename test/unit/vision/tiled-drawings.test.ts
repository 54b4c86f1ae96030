import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeModel } from '../../../core/adapters/onnx/describe-model.ts';
import { type LoadedModel, loadModel } from '../../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../../core/contracts/analysis-options.ts';
import { inferImage } from '../../../core/domain/analysis/infer-image.ts';

/** Finds every pure colour, so that the right answer is the drawing: see its `make_inputs.py`. */
const weights = readFileSync(new URL('../../fixtures/inputs/models/colours.onnx', import.meta.url));

const WIDTH = 256;
const HEIGHT = 192;
const COLOURS = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255] } as const;
type Colour = keyof typeof COLOURS;

let model: LoadedModel;
beforeAll(async () => {
  const manifest = await describeModel(weights, { id: 'colours', version: '1' });
  model = await loadModel({ bytes: weights }, manifest, { threads: 1 });
});
afterAll(() => model.release());

/** Analyses a drawing by tiles of 64 pixels; each shape says of a pixel whether it is its own. */
async function findTiled(shapes: Partial<Record<Colour, (x: number, y: number) => boolean>>) {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3, 128);
  const pixelCounts: Partial<Record<Colour, number>> = {};
  for (const [colour, holds] of Object.entries(shapes) as [Colour, (x: number, y: number) => boolean][]) {
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) if (holds(x, y)) pixels.set(COLOURS[colour], (y * WIDTH + x) * 3);
    }
  }
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = (Object.keys(COLOURS) as Colour[]).find((name) =>
      COLOURS[name].every((value, channel) => pixels[at + channel] === value),
    );
    if (colour !== undefined) pixelCounts[colour] = (pixelCounts[colour] ?? 0) + 1;
  }
  const bytes = await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();
  const image = { id: 'drawing', sha256: createHash('sha256').update(bytes).digest('hex') };
  const options = AnalysisOptions.parse({ tiles: { size: 64 } });
  const ports = { decodeImage: createImageDecoder(), encodeLabelMap, model };
  const { detections } = await inferImage({ bytes, image, options }, ports);
  return { detections, pixelCounts };
}

const isInside = (x1: number, y1: number, x2: number, y2: number) => (x: number, y: number) =>
  x >= x1 && x < x2 && y >= y1 && y < y2;

/** Every shape is found once, with nearly its pixels. */
async function expectEachOnce(shapes: Parameters<typeof findTiled>[0]) {
  const { detections, pixelCounts } = await findTiled(shapes);
  const wanted = Object.entries(pixelCounts).map(([colour, pixels]) => ({
    class: colour === 'green' ? 'other' : 'thing',
    pixels,
  }));
  const found = detections.map(({ class: name, area }) => ({ class: name, pixels: area.pixels }));
  const ordered = (list: { class: string; pixels: number }[]) =>
    list.toSorted((a, b) => a.class.localeCompare(b.class) || a.pixels - b.pixels);
  expect(ordered(found).map((object) => object.class)).toEqual(ordered(wanted).map((object) => object.class));
  for (const [index, { pixels }] of ordered(wanted).entries()) {
    expect(Math.abs((ordered(found)[index]?.pixels ?? 0) - pixels)).toBeLessThan(0.08 * pixels);
  }
}

test('a plate on a table is found beside it', async () => {
  await expectEachOnce({
    red: isInside(0, 20, 200, 170),
    green: (x, y) => (x - 100) ** 2 + (y - 95) ** 2 < 55 ** 2,
  });
});

test('somebody before a bus is found beside it', async () => {
  await expectEachOnce({ red: isInside(8, 20, 250, 170), green: isInside(90, 50, 150, 180) });
});

test.each<[string, (x: number, y: number) => boolean]>([
  ['a plus', (x, y) => isInside(20, 90, 240, 106)(x, y) || isInside(120, 8, 136, 184)(x, y)],
  ['an L', (x, y) => isInside(20, 10, 36, 180)(x, y) || isInside(20, 164, 240, 180)(x, y)],
  ['a diagonal bar', (x, y) => Math.abs(x * 0.7 - y) < 10 && x > 12 && x < 244],
  ['a frame', (x, y) => isInside(10, 10, 246, 182)(x, y) && !isInside(30, 30, 226, 162)(x, y)],
])('%s that no tile shows whole is one object', async (_, holds) => {
  await expectEachOnce({ blue: holds });
});

test('two thin bars that the whole view cannot draw are two', async () => {
  await expectEachOnce({ red: isInside(64, 10, 68, 150), blue: isInside(72, 10, 76, 150) });
});

test('a small object beside a large one of its class stays apart from it', async () => {
  await expectEachOnce({ red: isInside(10, 10, 160, 180), blue: isInside(164, 80, 176, 92) });
});
