import sharp from 'sharp';

/** A small JPEG that no other call has made: near colours may be one in a JPEG, so it says its number, too. */
export function makeImage(number: number, side = 64): Promise<Uint8Array> {
  const background = { r: number & 255, g: (number >> 8) & 255, b: (number >> 16) & 255 };
  return sharp({ create: { width: side, height: side, channels: 3, background } })
    .withExif({ IFD0: { ImageDescription: String(number) } })
    .jpeg()
    .toBuffer();
}
