import sharp from 'sharp';
import type { LabelMap } from '../../vision/label-map.ts';

/** @returns a gray PNG, 8 or 16 bits a pixel as the labels are. */
export async function encodeLabelMap({ labels, width, height }: LabelMap): Promise<Uint8Array> {
  const deep = labels instanceof Uint16Array;
  const image = sharp(labels, { raw: { width, height, channels: 1 } });
  return image
    .toColourspace(deep ? 'grey16' : 'b-w')
    .png()
    .toBuffer();
}
