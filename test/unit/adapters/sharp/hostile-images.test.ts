import { expect, it } from 'vitest';
import { createImageDecoder } from '../../../../core/adapters/sharp/decode-image.ts';
import { drawOverlay } from '../../../../core/adapters/sharp/draw-overlay.ts';
import { createImageNormalizer } from '../../../../core/adapters/sharp/normalize-image.ts';
import type { ResultDocument } from '../../../../core/contracts/result-document.ts';
import { UnusableImageError } from '../../../../core/domain/entities/errors.ts';
import { floatTiff, OTHER_FORMATS } from '../../../helpers/hostile-images.ts';

const limitPixels = 50_000_000;
const nothingFound = { image: { width: 1, height: 1 }, detections: [] } as unknown as ResultDocument;

/** Everything that opens what users send. */
const OPENERS: Readonly<Record<string, (bytes: Uint8Array) => Promise<unknown>>> = {
  storing: (bytes) => createImageNormalizer({ limitPixels })(bytes, 'compressed'),
  'storing as it is': (bytes) => createImageNormalizer({ limitPixels })(bytes, 'original'),
  analysing: (bytes) => createImageDecoder({ limitPixels })(bytes, { inputSize: { width: 64, height: 64 } }),
  drawing: (bytes) => drawOverlay(bytes, nothingFound),
};

const codeOf = (opening: Promise<unknown>) =>
  opening.then(
    () => 'accepted',
    (error: unknown) => (error instanceof UnusableImageError ? error.code : error),
  );

it.each(
  Object.keys(OPENERS).flatMap((opener) => Object.keys(OTHER_FORMATS).map((format) => [opener, format])),
)('%s refuses %s without opening it', async (opener = '', format = '') => {
  const bytes = OTHER_FORMATS[format]?.();
  expect(await codeOf(OPENERS[opener]?.(bytes as Buffer) as Promise<unknown>)).toBe('unsupported_image');
});

it('refuses some kilobytes of TIFF whose floats would take sixteen bytes a pixel', async () => {
  const tiff = floatTiff(3000);
  const normalize = createImageNormalizer({ limitPixels: 10_000_000 });
  expect(tiff.byteLength).toBeLessThan(200_000);
  expect(await codeOf(normalize(tiff, 'compressed'))).toBe('too_many_pixels');
});

it('takes floats where they are few', async () => {
  expect(await codeOf(OPENERS.storing?.(floatTiff(100)) as Promise<unknown>)).toBe('accepted');
});
