import sharp, { type Metadata, type Sharp } from 'sharp';
import { refuseDamaged } from './refuse-damaged.ts';

export const hasFloats = ({ depth }: Metadata) => depth === 'float' || depth === 'double';

/**
 * Decodes an image of floating-point samples to 8 bits by its own range: 0 to 1 and 0 to 255 as such, any other
 * from the least to the greatest value.
 * @throws UnusableImageError
 */
export async function openFloats(
  bytes: Uint8Array,
  { space, limitPixels }: { space: Metadata['space']; limitPixels: number },
): Promise<Sharp> {
  const { data, info } = await refuseDamaged(
    sharp(bytes, { limitInputPixels: limitPixels, failOn: 'error' })
      .autoOrient()
      // As it is: sRGB would cut off what lies beyond 0 to 1.
      .toColourspace(space)
      .raw({ depth: 'float' })
      .toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  const samples = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const range = findRange(samples, channels);
  return sharp(toRgb(samples, channels, range), { raw: { width, height, channels: 3 } });
}

interface ValueRange {
  readonly low: number;
  readonly high: number;
}

const coloursOf = (channels: number) => (channels >= 3 ? 3 : 1);

function findRange(samples: Float32Array, channels: number): ValueRange {
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < samples.length; at++) {
    const value = samples[at] as number;
    if (at % channels >= coloursOf(channels) || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low >= 0 && high <= 1) return { low: 0, high: 1 };
  if (low >= 0 && high <= 255) return { low: 0, high: 255 };
  return { low, high };
}

/** What is no number becomes black. */
function toRgb(samples: Float32Array, channels: number, { low, high }: ValueRange): Uint8Array {
  const pixels = new Uint8Array((samples.length / channels) * 3);
  const isGray = coloursOf(channels) === 1;
  const factor = high > low ? 255 / (high - low) : 0;
  for (let from = 0, to = 0; from < samples.length; from += channels, to += 3) {
    for (let colour = 0; colour < 3; colour++) {
      const value = samples[from + (isGray ? 0 : colour)] as number;
      pixels[to + colour] = Number.isFinite(value) ? Math.round((value - low) * factor) : 0;
    }
  }
  return pixels;
}
