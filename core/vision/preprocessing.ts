import type { Preprocessing } from '../contracts/model-manifest.ts';
import type { Fit } from './letterbox.ts';

/** The gray that fills a letterbox around the image where a model's manifest names no other, of 255. */
const USUAL_PADDING = 114;

/** How pixels become a model's numbers. */
export interface PixelCoding {
  /** Where the image lies in the input. */
  readonly fit: Fit;
  /** For each of red, green and blue: which plane of the input it is, what each byte becomes, and what padding is. */
  readonly channels: readonly ChannelCoding[];
}

export interface ChannelCoding {
  readonly plane: number;
  readonly values: Float32Array;
  readonly padding: number;
}

/** Unless a manifest says otherwise: a centred letterbox, red, green and blue as shares of 255. */
export function codePixels(preprocessing: Preprocessing = {}): PixelCoding {
  const { fit = 'letterbox', place = 'centre', padding = USUAL_PADDING } = preprocessing;
  const { divisor = 255, mean = [0, 0, 0], std = [1, 1, 1], channels = 'rgb' } = preprocessing;
  return {
    fit: fit === 'stretch' ? 'stretch' : place,
    channels: ['r', 'g', 'b'].map((colour) => {
      const plane = channels.indexOf(colour);
      const codeOf = (byte: number) => (byte / divisor - (mean[plane] ?? 0)) / (std[plane] ?? 1);
      const values = Float32Array.from({ length: 256 }, (_, byte) => codeOf(byte));
      return { plane, values, padding: values[padding] ?? 0 };
    }),
  };
}
