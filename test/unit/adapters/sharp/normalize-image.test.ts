import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createImageNormalizer } from '../../../../core/adapters/sharp/normalize-image.ts';
import { shrinkImage } from '../../../../core/adapters/sharp/shrink-image.ts';
import { UnusableImageError } from '../../../../core/domain/entities/errors.ts';
import { needs } from '../../../helpers/needs.ts';
import { sharedFile } from '../../../helpers/shared-data.ts';

const normalize = createImageNormalizer({ limitPixels: 50_000_000 });
const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  });
/** The same PNG with a header that claims `side` x `side` pixels. */
function withClaimedSize(png: Buffer, side: number): Buffer {
  const claimed = Buffer.from(png);
  claimed.writeUInt32BE(side, 16);
  claimed.writeUInt32BE(side, 20);
  claimed.writeUInt32BE(crc32(claimed.subarray(12, 29)), 29);
  return claimed;
}

const codeOf = (bytes: Uint8Array) =>
  normalize(bytes, 'compressed').then(
    () => 'accepted',
    (error: unknown) => (error instanceof UnusableImageError ? error.code : error),
  );

describe('takes', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const)('%s', async (format) => {
    const stored = await normalize(await noise(64, 48).toFormat(format).toBuffer(), 'compressed');
    expect(stored).toMatchObject({ width: 64, height: 48, contentType: 'image/jpeg' });
    expect(await sharp(stored.bytes).metadata()).toMatchObject({ format: 'jpeg', channels: 3 });
  });

  it('one pixel', async () => {
    const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect(await normalize(pixel, 'compressed')).toMatchObject({ width: 1, height: 1 });
  });
});

it('keeps the image turned as EXIF says, and drops the metadata', async () => {
  const tagged = await noise(64, 48)
    .jpeg()
    .withExif({ IFD0: { Copyright: 'me' } })
    .withMetadata({ orientation: 6 })
    .toBuffer();
  const stored = await normalize(tagged, 'compressed');
  expect(stored).toMatchObject({ width: 48, height: 64 });
  expect(Buffer.from(stored.bytes).toString('latin1')).not.toContain('Copyright');
  const { autoOrient, exif } = await sharp(stored.bytes).metadata();
  expect(autoOrient).toMatchObject({ width: 48, height: 64 });
  // The one thing that is left of EXIF.
  expect(exif?.byteLength).toBe(32);
});

it('does not grow an image that is compressed already', async () => {
  const small = await noise(640, 480).jpeg({ quality: 60 }).toBuffer();
  const stored = await normalize(small, 'compressed');
  const best = await sharp(small).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
  expect(best.byteLength).toBeGreaterThan(small.byteLength);
  expect(stored.bytes.byteLength).toBeLessThanOrEqual(best.byteLength);
});

it('keeps the uploaded bytes when asked to', async () => {
  const png = await noise(64, 48).png().toBuffer();
  const stored = await normalize(png, 'original');
  expect(stored).toMatchObject({ contentType: 'image/png', width: 64, height: 48 });
  expect(Buffer.compare(stored.bytes, png)).toBe(0);
});

describe('refuses', () => {
  it('no bytes, text and drawings', async () => {
    expect(await codeOf(new Uint8Array())).toBe('empty_image');
    expect(await codeOf(Buffer.from('just a text'))).toBe('unsupported_image');
    expect(await codeOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))).toBe(
      'unsupported_image',
    );
  });

  it('HEIC, by its own name', async () => {
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(64)]);
    expect(await codeOf(heic)).toBe('heic_unsupported');
  });

  it('a truncated JPEG, whichever copy is to be kept', async () => {
    const whole = await noise(640, 480).jpeg().toBuffer();
    const half = whole.subarray(0, whole.byteLength / 2);
    expect(await codeOf(half)).toBe('damaged_image');
    await expect(normalize(half, 'original')).rejects.toMatchObject({ code: 'damaged_image' });
  });

  it('an image of 30,000 x 30,000 pixels, by its header', async () => {
    const bomb = withClaimedSize(await noise(1, 1).png().toBuffer(), 30_000);
    expect(await codeOf(bomb)).toBe('too_many_pixels');
  });
});

const edge = sharedFile('images/edge');
describe('an image whose side is longer than a JPEG’s may be', () => {
  it.each([
    [70_000, 10],
    [10, 70_000],
  ])(
    'of %i x %i pixels is not called damaged, and taken as it is where that is asked for',
    async (width, height) => {
      const long = await sharp({ create: { width, height, channels: 3, background: 'red' } })
        .png()
        .toBuffer();
      await expect(normalize(long, 'compressed')).rejects.toMatchObject({
        code: 'too_many_pixels',
        message: expect.stringMatching(/65,500 on a side .* keep=original/),
      });
      expect(await normalize(long, 'original')).toMatchObject({ width, height, contentType: 'image/png' });
      expect(await sharp(await shrinkImage(long)).metadata()).toMatchObject({ format: 'webp' });
    },
  );

  it('is compressed up to that', async () => {
    const longest = { width: 65_500, height: 10 };
    const long = await sharp({ create: { ...longest, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect(await normalize(long, 'compressed')).toMatchObject({ ...longest, contentType: 'image/jpeg' });
  });
});

describe('images in awkward encodings', () => {
  needs(existsSync(edge), 'the awkward encodings of the shared test data are');
  it.each([
    'animated.gif',
    'animated.webp',
    'cmyk.jpg',
    'exif-orientation-3.jpg',
    'palette.png',
    'progressive.jpg',
    'rgb16.png',
    'rgba-transparent-left.png',
  ])('%s comes out as 8-bit RGB of the same size', async (name) => {
    const base = await sharp(`${edge}/base.png`).metadata();
    const stored = await normalize(readFileSync(`${edge}/${name}`), 'compressed');
    expect(stored).toMatchObject({ width: base.width, height: base.height });
    expect(await sharp(stored.bytes).metadata()).toMatchObject({
      channels: 3,
      depth: 'uchar',
      space: 'srgb',
    });
  });

  it.each([
    ['not-an-image.jpg', 'unsupported_image'],
    ['truncated.jpg', 'damaged_image'],
  ])('%s is refused: %s', async (name, code) => {
    expect(await codeOf(readFileSync(`${edge}/${name}`))).toBe(code);
  });
});
