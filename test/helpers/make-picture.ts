import sharp from 'sharp';

/** A small JPEG that no other call has made: its colour is its number. */
export function makePicture(number: number, side = 64): Promise<Uint8Array> {
  const background = { r: number & 255, g: (number >> 8) & 255, b: (number >> 16) & 255 };
  return sharp({ create: { width: side, height: side, channels: 3, background } })
    .jpeg()
    .toBuffer();
}
