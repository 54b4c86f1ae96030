import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePixels, openImage } from '../../../../core/adapters/sharp/open-image.ts';
import { floatTiff, sortsTagsBackwards } from '../../../helpers/make-tiff.ts';

const LIMIT = 1_000_000;
const size = { width: 32, height: 24 };
/** Red left, green right. */
const drawing = Buffer.alloc(size.width * size.height * 3);
for (let at = 0; at < size.width * size.height; at++) drawing[at * 3 + (at % size.width < 16 ? 0 : 1)] = 255;
const image = () => sharp(drawing, { raw: { ...size, channels: 3 } });

async function decode(bytes: Uint8Array) {
  const { pipeline } = await openImage(bytes, LIMIT);
  const pixels = await decodePixels(pipeline());
  return { left: [...pixels.subarray(12, 15)], right: [...pixels.subarray(28 * 3, 28 * 3 + 3)] };
}

const isNear = (colour: number[], wanted: number[]) =>
  colour.every((value, channel) => Math.abs(value - (wanted[channel] as number)) < 40);

async function expectDrawing(bytes: Uint8Array) {
  const { left, right } = await decode(bytes);
  expect(isNear(left, [255, 0, 0])).toBe(true);
  expect(isNear(right, [0, 255, 0])).toBe(true);
}

describe('what a decoder can read around is read', () => {
  test('a JPEG whose scan header ends its spectrum at 0, as phones write it', async () => {
    const jpeg = await image().jpeg({ quality: 95 }).toBuffer();
    const scan = jpeg.indexOf(Buffer.from('ffda', 'hex'));
    const end = scan + 2 + jpeg.readUInt16BE(scan + 2) - 2;
    expect(jpeg[end]).toBe(63);
    jpeg[end] = 0;
    await expectDrawing(jpeg);
  });

  test('a JPEG of an unknown JFIF revision', async () => {
    const jpeg = await image().jpeg({ quality: 95 }).toBuffer();
    const header = Buffer.from('ffe000104a4649460003010001000100000000'.slice(0, 36), 'hex');
    await expectDrawing(Buffer.concat([jpeg.subarray(0, 2), header, jpeg.subarray(2)]));
  });

  test('a TIFF whose tags are out of order', async () => {
    await expectDrawing(sortsTagsBackwards(await image().tiff({ compression: 'none' }).toBuffer()));
  });
});

describe('a TIFF of floating-point samples is seen by its own range', () => {
  test.each([
    [0, 1],
    [0, 255],
    [-4, 4000],
  ])('%s to %s', async (low, high) => {
    const samples = Float32Array.from(drawing, (value) => low + ((high - low) * value) / 255);
    expect(await decode(floatTiff(samples, size))).toEqual({ left: [255, 0, 0], right: [0, 255, 0] });
  });
});

describe('missing data stays damage', () => {
  test.each(['jpeg', 'png', 'webp', 'tiff', 'gif'] as const)('of a %s', async (format) => {
    const bytes = await image().toFormat(format).toBuffer();
    const opening = decode(bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    await expect(opening).rejects.toMatchObject({ code: 'damaged_image' });
  });
});

test.each([
  ['BMP', '424d3a00000000000000'],
  ['JPEG XL', '0000000c4a584c200d0a870a'],
  ['PDF', '255044462d312e37'],
])('%s is called by its name', async (name, head) => {
  await expect(openImage(Buffer.from(head, 'hex'), LIMIT)).rejects.toMatchObject({
    code: 'unsupported_image',
    message: expect.stringContaining(name),
  });
});
