import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { createImageDecoder } from '../../../../core/adapters/sharp/decode-image.ts';
import type { ImageView } from '../../../../core/domain/analysis/infer-image.ts';
import type { Size } from '../../../../core/vision/geometry.ts';
import { needs } from '../../../helpers/needs.ts';
import { sharedFile } from '../../../helpers/shared-data.ts';

const inputSize = { width: 64, height: 64 };
const decode = createImageDecoder({ limitPixels: 10_000 });

/** Red left, blue right. */
const halves = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#f00' } }).composite([
    {
      input: { create: { width: width / 2, height, channels: 3, background: '#00f' } },
      left: width / 2,
      top: 0,
    },
  ]);

const noise = sharp(
  Uint8Array.from({ length: 90 * 90 * 3 }, (_, at) => (at * 7919) % 256),
  { raw: { width: 90, height: 90, channels: 3 } },
);

async function read(view: ImageView | undefined, { width, height }: Size): Promise<Float32Array> {
  const input = new Float32Array(3 * width * height);
  (await view?.load())?.(input);
  return input;
}

async function readWhole(bytes: Uint8Array, decodeImage = decode) {
  const image = await decodeImage(bytes, { inputSize });
  const input = await read(image.views[0], inputSize);
  const at = (x: number, y: number) =>
    [0, 1, 2].map((plane) => Math.round((input[plane * 64 * 64 + y * 64 + x] as number) * 255));
  return { ...image, at };
}

describe('a decoded image', () => {
  test('keeps its own size and fills the input', async () => {
    const { width, height, at } = await readWhole(await halves(80, 40).png().toBuffer());
    expect({ width, height }).toEqual({ width: 80, height: 40 });
    expect(at(10, 32)).toEqual([255, 0, 0]);
    expect(at(50, 32)).toEqual([0, 0, 255]);
    expect(at(32, 2)).toEqual([114, 114, 114]);
  });

  test('stands upright: its size and pixels are those that are seen', async () => {
    const bytes = await halves(80, 40).withMetadata({ orientation: 6 }).png().toBuffer();
    const { width, height, at } = await readWhole(bytes);
    expect({ width, height }).toEqual({ width: 40, height: 80 });
    expect(at(32, 10)).toEqual([255, 0, 0]);
    expect(at(32, 50)).toEqual([0, 0, 255]);
  });

  test.each([
    ['16 bits a channel', (bytes: Buffer) => sharp(bytes).toColourspace('rgb16').png()],
    ['a palette', (bytes: Buffer) => sharp(bytes).png({ palette: true })],
    ['WebP', (bytes: Buffer) => sharp(bytes).webp({ lossless: true })],
    ['TIFF', (bytes: Buffer) => sharp(bytes).tiff({ compression: 'lzw' })],
    ['GIF', (bytes: Buffer) => sharp(bytes).gif()],
    ['AVIF', (bytes: Buffer) => sharp(bytes).avif({ lossless: true })],
  ])('comes out as 8-bit RGB from %s', async (_, convert) => {
    const { at } = await readWhole(await convert(await halves(64, 64).png().toBuffer()).toBuffer());
    const [left, right] = [at(10, 32), at(50, 32)];
    for (const [index, value] of [255, 0, 0].entries()) {
      expect(Math.abs((left[index] as number) - value)).toBeLessThan(3);
    }
    for (const [index, value] of [0, 0, 255].entries()) {
      expect(Math.abs((right[index] as number) - value)).toBeLessThan(3);
    }
  });

  test('shows what lies below transparent pixels', async () => {
    const bytes = await halves(64, 64).ensureAlpha(0).png().toBuffer();
    expect((await readWhole(bytes)).at(10, 32)).toEqual([255, 0, 0]);
  });

  test('gives gray the same value in all three channels', async () => {
    const bytes = await halves(64, 64).grayscale().png().toBuffer();
    const [red, green, blue] = (await readWhole(bytes)).at(10, 32);
    expect([green, blue]).toEqual([red, red]);
  });

  test('is cut into tiles on demand', async () => {
    const tile = { x1: 40, y1: 0, x2: 80, y2: 40 };
    const bytes = await halves(80, 40).png().toBuffer();
    const { views } = await decode(bytes, { inputSize, planTiles: () => [tile] });
    const input = await read(views[1], inputSize);
    expect(views[1]?.area).toEqual(tile);
    expect([input[0], input[2 * 64 * 64], input[3 * 64 * 64 - 1]]).toEqual([0, 1, 1]);
  });
});

describe('bytes that are no usable image are refused by their own error', () => {
  test.each([
    ['no bytes', async () => new Uint8Array(0), 'empty_image'],
    ['no image', async () => new TextEncoder().encode('no image at all'), 'unsupported_image'],
    [
      'an image that is not taken',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>'),
      'unsupported_image',
    ],
    ['too many pixels', () => halves(200, 100).png().toBuffer(), 'too_many_pixels'],
    ['half an image', async () => (await noise.jpeg().toBuffer()).subarray(0, 4000), 'damaged_image'],
  ])('%s', async (_, make, code) => {
    await expect(decode(await make(), { inputSize })).rejects.toMatchObject({ code });
  });
});

const edge = (name: string) => sharedFile(`images/edge/${name}`);

describe('the awkward encodings of the shared test data', () => {
  needs(existsSync(edge('base.png')), 'they are');
  const large = { inputSize: { width: 640, height: 640 } };
  const decodeEdge = createImageDecoder();
  const readInput = async (name: string) => {
    const image = await decodeEdge(readFileSync(edge(name)), large);
    return { ...image, input: await read(image.views[0], large.inputSize) };
  };

  /** Mean difference a byte from base.png; the README of the data says what to expect. */
  test.each([
    ['exif-orientation-3.jpg', 3.9],
    ['exif-orientation-5.jpg', 3.9],
    ['exif-orientation-6.jpg', 3.9],
    ['exif-orientation-8.jpg', 3.9],
    ['progressive.jpg', 3.9],
    ['rgb16.png', 1.9],
    ['palette.png', 3.9],
    ['animated.webp', 4.5],
    ['animated.gif', 16],
    ['cmyk.jpg', 16],
    ['rgba-transparent-left.png', 0.1],
  ])('%s looks like base.png', async (name, atMost) => {
    const [base, other] = [await readInput('base.png'), await readInput(name)];
    expect([other.width, other.height]).toEqual([base.width, base.height]);
    const total = base.input.reduce(
      (sum, value, at) => sum + Math.abs(value - (other.input[at] as number)),
      0,
    );
    expect((total / base.input.length) * 255).toBeLessThan(atMost);
  });

  test('gray.jpg has three equal channels', async () => {
    const { input } = await readInput('gray.jpg');
    const plane = input.length / 3;
    expect(input.subarray(0, plane)).toEqual(input.subarray(plane, 2 * plane));
    expect(input.subarray(0, plane)).toEqual(input.subarray(2 * plane));
  });

  test.each([
    ['one-pixel.png', 1, 1],
    ['thin-1200x3.png', 1200, 3],
  ])('%s keeps a pixel a side', async (name, width, height) => {
    const image = await readInput(name);
    expect([image.width, image.height]).toEqual([width, height]);
    expect(image.views[0]?.letterbox.content.height).toBeGreaterThanOrEqual(1);
  });

  test('tiff.tif is read', async () => {
    expect((await readInput('tiff.tif')).width).toBe(160);
  });

  test.each([
    ['truncated.jpg', 'damaged_image'],
    ['not-an-image.jpg', 'unsupported_image'],
  ])('%s fails with its own error', async (name, code) => {
    await expect(readInput(name)).rejects.toMatchObject({ code });
  });
});
