import sharp from 'sharp';
import { expect, it } from 'vitest';
import { shrinkImage } from '../../../../core/adapters/sharp/shrink-image.ts';

const imageOf = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#3366cc' } });

async function sizeOf(bytes: Uint8Array) {
  const { format, width, height } = await sharp(bytes).metadata();
  return { format, width, height };
}

it.each([
  ['twice as high as a row of the grid', [4000, 3000], [533, 400]],
  ['no wider than three times that', [6000, 500], [1200, 100]],
  ['upright and narrow', [1000, 4000], [100, 400]],
  ['never larger than it was', [120, 80], [120, 80]],
])('makes an image small: %s', async (_, [width = 0, height = 0], [smallWidth, smallHeight]) => {
  const bytes = await imageOf(width, height).jpeg().toBuffer();
  const small = await shrinkImage(bytes);
  expect(await sizeOf(small)).toEqual({ format: 'webp', width: smallWidth, height: smallHeight });
  const [red = 0, green = 0, blue = 0] = await sharp(small).resize(1, 1).raw().toBuffer();
  for (const [seen, drawn] of [
    [red, 0x33],
    [green, 0x66],
    [blue, 0xcc],
  ] as const)
    expect(Math.abs(seen - drawn)).toBeLessThan(6);
});

it('turns it as EXIF says', async () => {
  const lying = await imageOf(800, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect(await sizeOf(await shrinkImage(lying))).toMatchObject({ width: 200, height: 400 });
});

it('says of a damaged image that it is', async () => {
  const whole = await imageOf(900, 900).jpeg().toBuffer();
  await expect(shrinkImage(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({
    code: 'damaged_image',
  });
});
