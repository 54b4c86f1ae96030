import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { floatTiff, OTHER_FORMATS } from '../hostile-images.ts';

/** Files that are named as pictures. Those of `mayOpen` harm nobody where they are opened within bounds. */
export async function hostileImages(): Promise<{
  refused: Record<string, Buffer>;
  mayOpen: Record<string, Buffer>;
}> {
  const noise = (side: number) =>
    sharp({
      create: {
        width: side,
        height: side,
        channels: 3,
        background: 'red',
        noise: { type: 'gaussian', mean: 100, sigma: 30 },
      },
    });
  const jpeg = await noise(64).jpeg().toBuffer();
  const progressive = await noise(2000).jpeg({ progressive: true }).toBuffer();
  const avif = await noise(64).avif({ effort: 0 }).toBuffer();
  const webp = await noise(64).webp().toBuffer();
  const others = Object.fromEntries(Object.entries(OTHER_FORMATS).map(([name, make]) => [name, make()]));
  return {
    refused: {
      ...others,
      'an empty file': Buffer.alloc(0),
      'a PNG of 65,535 x 65,535': png(65_535, 65_535),
      'a PNG of 2^31 x 1': png(2 ** 31 - 1, 1),
      'a PNG whose chunk has 2 GB': Buffer.concat([PNG_HEAD, Buffer.from('7fffffff49484452', 'hex')]),
      'a GIF of 65,535 x 65,535': gif(65_535),
      'a JPEG of 65,500 x 65,500': jpegOf(jpeg, 65_500),
      'a JPEG that is its head only': jpeg.subarray(0, 200),
      'a WebP of 16,384 x 16,384': webpOf(webp, 16_384),
      'an AVIF that says 60,000 x 60,000': avifOf(avif, 60_000),
      'an AVIF cut off': avif.subarray(0, avif.byteLength / 2),
      'a float TIFF of 19 megapixels': floatTiff(4400),
      'a TIFF whose directory is behind its end': Buffer.from('49492a00ffffffff', 'hex'),
      'a TIFF whose directory has 65,535 entries': Buffer.from('49492a0008000000ffff', 'hex'),
      'a TIFF whose directory leads to itself': tiff([
        [256, 4, 1, 60_000],
        [257, 4, 1, 60_000],
      ]),
      'a TIFF of tiles of a pixel': tiff([
        ...[
          [256, 4, 1, 7000],
          [257, 4, 1, 7000],
          [258, 3, 1, 8],
          [259, 3, 1, 1],
          [262, 3, 1, 1],
        ],
        ...[
          [322, 4, 1, 16],
          [323, 4, 1, 16],
          [324, 4, 190_000, 8],
          [325, 4, 190_000, 8],
        ],
      ] as Field[]),
      'HTML behind the signature of a GIF': Buffer.from('GIF89a/*<html><script>alert(1)</script>*/=1;'),
    },
    mayOpen: {
      'a PNG with a profile that inflates to 100 MB': png(8, 8, [
        chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), deflateSync(Buffer.alloc(100_000_000))])),
      ]),
      'a PNG with a text that inflates to 100 MB': png(8, 8, [
        chunk('zTXt', Buffer.concat([Buffer.from('t\0\0'), deflateSync(Buffer.alloc(100_000_000))])),
      ]),
      'a PNG with 50,000 texts': png(
        8,
        8,
        Array.from({ length: 50_000 }, (_, each) => chunk('tEXt', Buffer.from(`k${each}\0v`))),
      ),
      'a GIF of 20,000 frames': gif(1, 20_000),
      'a JPEG with its last scan 2,000 times': repeatLastScan(progressive, 2000),
      'a JPEG with HTML behind it': Buffer.concat([jpeg, Buffer.from('<script>alert(1)</script>')]),
      'a JPEG with a zip behind it': Buffer.concat([
        jpeg,
        Buffer.from('504b0304', 'hex'),
        Buffer.alloc(1000),
      ]),
    },
  };
}

const PNG_HEAD = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.byteLength);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Of what size it says; its pixels are those of 8 x 8. */
function png(width: number, height: number, more: Buffer[] = []): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.writeUInt8(8, 8);
  const pixels = deflateSync(Buffer.alloc(9 * 8));
  return Buffer.concat([
    PNG_HEAD,
    chunk('IHDR', head),
    ...more,
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function gif(side: number, frames = 1): Buffer {
  const head = Buffer.from('474946383961000000008000000000000000ffffff', 'hex').subarray(0, 19);
  head.writeUInt16LE(side, 6);
  head.writeUInt16LE(side, 8);
  const frame = Buffer.from('2c0000000000000000000002024401 00'.replaceAll(' ', ''), 'hex');
  frame.writeUInt16LE(Math.min(side, 0xffff), 5);
  frame.writeUInt16LE(Math.min(side, 0xffff), 7);
  return Buffer.concat([head, ...Array<Buffer>(frames).fill(frame), Buffer.from(';')]);
}

function jpegOf(jpeg: Buffer, side: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const frame = bytes.indexOf(Buffer.from('ffc0', 'hex'));
  bytes.writeUInt16BE(side, frame + 5);
  bytes.writeUInt16BE(side, frame + 7);
  return bytes;
}

/** Each scan goes over all blocks again: some bytes that take as long as the whole picture. */
function repeatLastScan(jpeg: Buffer, times: number): Buffer {
  const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.from('ffda', 'hex')), jpeg.byteLength - 2);
  const empty = scan.subarray(0, 2 + scan.readUInt16BE(2));
  return Buffer.concat([jpeg.subarray(0, -2), ...Array<Buffer>(times).fill(empty), jpeg.subarray(-2)]);
}

function webpOf(webp: Buffer, side: number): Buffer {
  const canvas = Buffer.alloc(18);
  canvas.write('VP8X');
  canvas.writeUInt32LE(10, 4);
  canvas.writeUIntLE(side - 1, 12, 3);
  canvas.writeUIntLE(side - 1, 15, 3);
  const bytes = Buffer.concat([webp.subarray(0, 12), canvas, webp.subarray(12)]);
  bytes.writeUInt32LE(bytes.byteLength - 8, 4);
  return bytes;
}

function avifOf(avif: Buffer, side: number): Buffer {
  const bytes = Buffer.from(avif);
  const size = bytes.indexOf('ispe');
  bytes.writeUInt32BE(side, size + 8);
  bytes.writeUInt32BE(side, size + 12);
  return bytes;
}

type Field = [tag: number, type: number, count: number, value: number];

/** A directory that names itself as the next one. */
function tiff(fields: readonly Field[]): Buffer {
  const bytes = Buffer.alloc(8 + 2 + fields.length * 12 + 4);
  bytes.write('II*\0', 0, 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(fields.length, 8);
  for (const [index, [tag, type, count, value]] of fields.entries()) {
    bytes.writeUInt16LE(tag, 10 + index * 12);
    bytes.writeUInt16LE(type, 12 + index * 12);
    bytes.writeUInt32LE(count, 14 + index * 12);
    bytes.writeUInt32LE(value, 18 + index * 12);
  }
  bytes.writeUInt32LE(8, bytes.byteLength - 4);
  return bytes;
}
