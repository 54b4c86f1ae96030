import { roundHalfEven, type Size } from './geometry.ts';
import type { Letterbox } from './letterbox.ts';

/**
 * The grid on which mask logits are sampled: the prototypes' grid, or that enlarged by `factor` where the
 * letterbox's padding would otherwise cut through a cell. The image fills `content` of it.
 */
export interface MaskMap {
  readonly factor: 1 | 2 | 4;
  readonly content: Size;
  readonly left: number;
  readonly top: number;
}

/** Padded images as `process_mask_native` and `scale_masks` of ultralytics 8.4 place them; stretched ones fill it. */
export function planMaskMap(protos: Size, { image, input, fit }: Letterbox): MaskMap {
  if (fit === 'stretch') return { factor: 1, content: protos, left: 0, top: 0 };
  const inputScale = Math.min(input.width / image.width, input.height / image.height);
  const padding =
    (input.height - scaled(image.height, inputScale)) | (input.width - scaled(image.width, inputScale));
  // The least enlargement that cuts the padding off on whole cells: half the padding lies on either side.
  const factor = (4 / commonDivisor(4, padding | (padding >> 1))) as 1 | 2 | 4;
  const map = { width: protos.width * factor, height: protos.height * factor };
  const scale = Math.min(map.width / image.width, map.height / image.height);
  const content = { width: scaled(image.width, scale), height: scaled(image.height, scale) };
  if (fit === 'top-left') return { factor, content, left: 0, top: 0 };
  const left = roundHalfEven((map.width - content.width) / 2 - 0.1);
  const top = roundHalfEven((map.height - content.height) / 2 - 0.1);
  return { factor, content, left, top };
}

const scaled = (side: number, scale: number) => Math.max(1, roundHalfEven(side * scale));

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
