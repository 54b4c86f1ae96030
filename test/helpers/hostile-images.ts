import { deflateSync, gzipSync } from 'node:zlib';

/** Drawings within drawings, ten a level: how large it is, shows only when 10^levels of them are drawn. */
export function svgBomb({ levels = 7, prologue = '' } = {}): Buffer {
  const groups = Array.from({ length: levels }, (_, level) => {
    const inner =
      level === 0 ? '<path d="M0 0h1v1"/>' : `<use href="#g${level - 1}" x="${level}"/>`.repeat(10);
    return `<g id="g${level}">${inner}</g>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><defs>${groups.join('')}</defs><use href="#g${levels - 1}"/></svg>`;
  return Buffer.from(prologue + svg);
}

/** An AVIF by the bytes at which its brand stands, and an SVG to whoever reads on. */
const svgUnderBrand = (brand: string) => svgBomb({ prologue: `<!--ftyp${brand}-->` });

const gzippedSvgBomb = () => gzipSync(svgBomb());

/** A TIFF of 32-bit floats, in four channels: some kilobytes that decode to sixteen bytes a pixel. */
export function floatTiff(side: number): Buffer {
  return makeTiff({ width: side, height: side, bitsPerSample: 32, samples: 4, sampleFormat: 3 });
}

/** The smallest TIFF there is of such pixels, all nought, in one strip. */
function makeTiff(shape: {
  width: number;
  height: number;
  bitsPerSample: number;
  samples: number;
  sampleFormat: number;
}): Buffer {
  const { width, height, bitsPerSample, samples, sampleFormat } = shape;
  const strip = deflateSync(Buffer.alloc((width * height * samples * bitsPerSample) / 8));
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, samples, 0],
    [259, 3, 1, 8],
    [262, 3, 1, 2],
    [273, 4, 1, 0],
    [277, 3, 1, samples],
    [278, 4, 1, height],
    [279, 4, 1, strip.byteLength],
    [338, 3, 1, 2],
    [339, 3, samples, 0],
  ];
  const directoryBytes = 2 + entries.length * 12 + 4;
  const bitsAt = 8 + directoryBytes;
  const formatsAt = bitsAt + samples * 2;
  const stripAt = formatsAt + samples * 2;
  const head = Buffer.alloc(stripAt);
  head.write('II*\0', 0, 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + index * 12;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    const pointers: Record<number, number> = { 258: bitsAt, 273: stripAt, 339: formatsAt };
    const written = pointers[tag] ?? value;
    if (type === 3 && count === 1) head.writeUInt16LE(written, at + 8);
    else head.writeUInt32LE(written, at + 8);
  }
  for (let sample = 0; sample < samples; sample++) {
    head.writeUInt16LE(bitsPerSample, bitsAt + sample * 2);
    head.writeUInt16LE(sampleFormat, formatsAt + sample * 2);
  }
  return Buffer.concat([head, strip]);
}

/** Images in formats that other libraries read, where libvips has them. */
export const OTHER_FORMATS: Readonly<Record<string, () => Buffer>> = {
  'an SVG bomb': () => svgBomb(),
  'an SVG bomb, gzipped': gzippedSvgBomb,
  'an SVG bomb under the brand of an AVIF': () => svgUnderBrand('avif'),
  'an SVG bomb under the brand of a HEIF': () => svgUnderBrand('mif1'),
  'an SVG with an entity that grows': () => entityBomb(),
  'a PDF': () => Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF'),
  'a BMP': () => Buffer.concat([Buffer.from('BM'), Buffer.alloc(200)]),
  'a PPM of a gigapixel': () => Buffer.from('P6\n32000 32000\n255\n'),
  'a Radiance file': () => Buffer.from('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 30000 +X 30000\n'),
  "a file in libvips' own format": () =>
    Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(64)]),
  'a CSV matrix': () => Buffer.from('0,1,2\n3,4,5\n'),
  'a JPEG XL': () => Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.alloc(64)]),
  'a JPEG 2000': () => Buffer.concat([Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1'), Buffer.alloc(64)]),
  'an EXR': () => Buffer.concat([Buffer.from([0x76, 0x2f, 0x31, 0x01]), Buffer.alloc(64)]),
  'a FITS': () => Buffer.from('SIMPLE  =                    T'.padEnd(2880)),
  'an ICO': () => Buffer.concat([Buffer.from([0, 0, 1, 0, 1, 0]), Buffer.alloc(64)]),
  'a PSD': () => Buffer.concat([Buffer.from('8BPS\0\x01', 'latin1'), Buffer.alloc(64)]),
  'an MVG for ImageMagick': () =>
    Buffer.from('push graphic-context\nimage over 0,0 0,0 "https://127.0.0.1/"'),
};

const entityBomb = () =>
  Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${'bcdefgh'
      .split('')
      .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefg'[index]};`.repeat(10)}">`)
      .join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&h;</text></svg>`,
  );
