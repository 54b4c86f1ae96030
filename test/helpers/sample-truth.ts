import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type DetectionDocument, RleDocument } from '../../core/contracts/result-document.ts';
import { decodeRle } from '../../core/vision/coco-rle.ts';
import { toBitmap } from '../../core/vision/run-mask.ts';

/** A file of the sample images that ship. */
export const sampleFile = (name: string) =>
  fileURLToPath(new URL(`../../models/samples/${name}`, import.meta.url));

/** What `segmentry_training write-samples` wrote beside each image. */
export const SampleTruth = z.object({
  pixelsPerCm: z.number(),
  objects: z.array(
    z.object({
      class: z.string(),
      mask: RleDocument,
      areaCm2: z.number(),
    }),
  ),
});

/** Mask overlap from which two are the same object, whatever it is called. */
const SAME_OBJECT_OVERLAP = 0.6;

type TrueObject = z.infer<typeof SampleTruth>['objects'][number];

/** The detection that covers an object best: not always the surest, and maybe called something else (see the card). */
export function findObject(
  detections: readonly DetectionDocument[],
  truth: TrueObject,
): DetectionDocument | undefined {
  const wanted = toBitmap(decodeRle(truth.mask));
  const ranked = detections
    .map((detection) => ({ detection, overlap: overlapOf(wanted, detection) }))
    .sort((a, b) => b.overlap - a.overlap);
  const [best] = ranked;
  return best !== undefined && best.overlap > SAME_OBJECT_OVERLAP ? best.detection : undefined;
}

function overlapOf(wanted: Uint8Array, { mask }: DetectionDocument): number {
  if (mask === null) return 0;
  const found = toBitmap(decodeRle(mask));
  let both = 0;
  let either = 0;
  wanted.forEach((isWanted, pixel) => {
    both += isWanted & (found[pixel] ?? 0);
    either += isWanted | (found[pixel] ?? 0);
  });
  return both / either;
}
