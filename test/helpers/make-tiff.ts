import type { Size } from '../../core/vision/geometry.ts';

const ENTRY_BYTES = 12;

/** The same file with the tags of its first directory from the highest to the lowest. */
export function sortsTagsBackwards(tiff: Buffer): Buffer {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const count = isLittle ? tiff.readUInt16LE(directory) : tiff.readUInt16BE(directory);
  const turned = Buffer.from(tiff);
  for (let index = 0; index < count; index++) {
    const from = directory + 2 + index * ENTRY_BYTES;
    tiff.copy(turned, directory + 2 + (count - 1 - index) * ENTRY_BYTES, from, from + ENTRY_BYTES);
  }
  return turned;
}

const SHORT = 3;
const LONG = 4;
const HEADER_BYTES = 8;

/** An uncompressed TIFF of RGB samples of 32-bit floats. */
export function floatTiff(samples: Float32Array, { width, height }: Size): Buffer {
  const bits = HEADER_BYTES + samples.byteLength;
  const formats = bits + 6;
  const directory = formats + 6;
  const entries = [
    ...[
      [256, LONG, 1, width],
      [257, LONG, 1, height],
      [258, SHORT, 3, bits],
      [259, SHORT, 1, 1],
    ],
    ...[
      [262, SHORT, 1, 2],
      [273, LONG, 1, HEADER_BYTES],
      [277, SHORT, 1, 3],
      [278, LONG, 1, height],
    ],
    ...[
      [279, LONG, 1, samples.byteLength],
      [284, SHORT, 1, 1],
      [339, SHORT, 3, formats],
    ],
  ] as [number, number, number, number][];
  const tiff = Buffer.alloc(directory + 2 + entries.length * ENTRY_BYTES + 4);
  tiff.write('II');
  tiff.writeUInt16LE(42, 2);
  tiff.writeUInt32LE(directory, 4);
  samples.forEach((sample, index) => {
    tiff.writeFloatLE(sample, HEADER_BYTES + index * 4);
  });
  for (let channel = 0; channel < 3; channel++) {
    tiff.writeUInt16LE(32, bits + channel * 2);
    tiff.writeUInt16LE(3, formats + channel * 2);
  }
  tiff.writeUInt16LE(entries.length, directory);
  entries.forEach(([tag, kind, count, value], index) => {
    const at = directory + 2 + index * ENTRY_BYTES;
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(kind, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  });
  return tiff;
}
