import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { keepJpegScan } from '../../../../core/adapters/sharp/keep-jpeg-scan.ts';
import { createImageNormalizer } from '../../../../core/adapters/sharp/normalize-image.ts';

const normalize = createImageNormalizer({ limitPixels: 50_000_000 });
const photo = (width = 320, height = 200) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#777',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  }).blur(2);
const upright = (bytes: Uint8Array) => sharp(bytes).autoOrient().raw().toBuffer();
const segment = (marker: number, body: string | Buffer) => {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]),
    bytes,
  ]);
};
/** The JPEG with more segments behind its first one. */
const withSegments = (jpeg: Buffer, ...more: Buffer[]) => {
  const end = 4 + jpeg.readUInt16BE(4);
  return Buffer.concat([jpeg.subarray(0, end), ...more, jpeg.subarray(end)]);
};

describe('a JPEG that is compressed already keeps its pixels', () => {
  it.each([
    ['baseline, 4:2:0', (image: Sharp) => image.jpeg({ quality: 80 })],
    ['baseline, 4:4:4', (image: Sharp) => image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })],
    ['progressive', (image: Sharp) => image.jpeg({ quality: 90, progressive: true })],
    ['grey', (image: Sharp) => image.greyscale().jpeg({ quality: 85 })],
    ['turned', (image: Sharp) => image.jpeg().withMetadata({ orientation: 6 })],
    ['mirrored', (image: Sharp) => image.jpeg().withMetadata({ orientation: 5 })],
    ['of another colour space', (image: Sharp) => image.jpeg().withIccProfile('p3')],
  ])('%s', async (_name, encode) => {
    const upload = await encode(photo()).toBuffer();
    const stored = await normalize(upload, 'compressed');
    expect(Buffer.compare(await upright(stored.bytes), await upright(upload))).toBe(0);
    expect(stored.bytes.byteLength).toBeLessThanOrEqual(upload.byteLength + 36);
    const { autoOrient } = await sharp(upload).metadata();
    expect(stored).toMatchObject({ ...autoOrient, contentType: 'image/jpeg' });
  });
});

it('keeps its colours where the header of JFIF, which settles what they are, is not the first', async () => {
  const jpeg = await photo().tint('#b52').jpeg().toBuffer();
  const jfif = segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'));
  // Of two that disagree, decoders believe JFIF and not Adobe, which says RGB here.
  const adobe = segment(0xee, Buffer.from('Adobe\0\x64\0\0\0\0\0', 'latin1'));
  const upload = Buffer.concat([jpeg.subarray(0, 2), adobe, jfif, jpeg.subarray(2)]);
  const { bytes } = await normalize(upload, 'compressed');
  expect(Buffer.compare(await upright(upload), await upright(jpeg))).toBe(0);
  expect(Buffer.compare(await upright(bytes), await upright(upload))).toBe(0);
});

it('loses what a JPEG tells besides its pixels, but not its colour profile', async () => {
  const plain = await photo()
    .jpeg()
    .withExif({ IFD0: { Copyright: 'me' }, IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' } })
    .withIccProfile('p3')
    .toBuffer();
  const upload = Buffer.concat([
    withSegments(
      plain,
      segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret</x:xmpmeta>'),
      segment(0xed, 'Photoshop 3.0\0secret caption'),
      segment(0xfe, 'secret comment'),
      segment(0xe2, 'MPF\0secret second image'),
    ),
    Buffer.from('secret after the end'),
  ]);
  const { bytes } = await normalize(upload, 'compressed');
  const text = Buffer.from(bytes).toString('latin1');
  for (const told of ['secret', 'Exif', 'xap', 'Photoshop', 'MPF']) expect(text).not.toContain(told);
  const metadata = await sharp(bytes).metadata();
  expect(metadata.icc?.equals((await sharp(plain).metadata()).icc as Buffer)).toBe(true);
  expect(metadata.exif).toBeUndefined();
});

it('loses the thumbnail in the header of JFIF', async () => {
  const jpeg = await photo().jpeg().toBuffer();
  const jfif = Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01', 'latin1');
  const withHeader = (...header: (string | Buffer)[]) =>
    Buffer.concat([
      jpeg.subarray(0, 2),
      segment(0xe0, Buffer.concat(header.map((part) => Buffer.from(part)))),
      jpeg.subarray(2),
    ]);
  const kept = keepJpegScan(withHeader(jfif, '\x02\x02', 'tiny image..'), 1);
  expect(Buffer.from(kept ?? []).equals(withHeader(jfif, '\0\0'))).toBe(true);
});

it('compresses what is much larger than it need be', async () => {
  const upload = await photo().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
  const { bytes } = await normalize(upload, 'compressed');
  expect(bytes.byteLength).toBeLessThan(0.83 * upload.byteLength);
});

it('compresses what not every program reads: CMYK', async () => {
  const upload = await photo().toColourspace('cmyk').jpeg({ quality: 80 }).toBuffer();
  const { bytes } = await normalize(upload, 'compressed');
  expect(await sharp(bytes).metadata()).toMatchObject({ space: 'srgb', channels: 3 });
});

it('comes to an end on any bytes, and gives no more than it was given', async () => {
  const jpeg = await photo(64, 48).jpeg({ progressive: true }).toBuffer();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(jpeg.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(jpeg.length),
      (changes, length) => {
        const damaged = Buffer.from(jpeg.subarray(0, length));
        for (const [at, value] of changes) if (at < length) damaged[at] = value;
        const kept = keepJpegScan(damaged, 1);
        expect(kept?.byteLength ?? 0).toBeLessThanOrEqual(length);
      },
    ),
    { numRuns: 500 },
  );
});
