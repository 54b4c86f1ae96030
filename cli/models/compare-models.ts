import type { DetectionDocument, ResultDocument } from '../../core/contracts/result-document.ts';
import { decodeRle } from '../../core/vision/coco-rle.ts';
import { boxOverlap } from '../../core/vision/geometry.ts';
import { countPixels, intersectMasks } from '../../core/vision/run-mask.ts';

/** How well one model's results agree with another's on the same photographs. */
export interface Agreement {
  /** Objects of the first model that were looked for. */
  readonly wanted: number;
  /** Those of them that the second found too. */
  readonly found: number;
  /** Mean overlap of their masks (of their boxes, for models without masks). */
  readonly meanOverlap: number;
}

/** Objects scored lower come and go with the least change. */
const WANTED_CONFIDENCE = 0.35;
const SAME_OBJECT_OVERLAP = 0.5;

/** Looks in the second results for what is in the first. */
export function compareResults(
  pairs: readonly (readonly [first: ResultDocument, second: ResultDocument])[],
): Agreement {
  let wanted = 0;
  const overlaps: number[] = [];
  for (const [first, second] of pairs) {
    const left = new Set(second.detections);
    for (const object of first.detections.filter(({ confidence }) => confidence > WANTED_CONFIDENCE)) {
      wanted++;
      const match = findMatch(object, left);
      if (match === undefined) continue;
      left.delete(match);
      overlaps.push(measureOverlap(object, match));
    }
  }
  const sum = overlaps.reduce((total, overlap) => total + overlap, 0);
  return { wanted, found: overlaps.length, meanOverlap: overlaps.length === 0 ? 0 : sum / overlaps.length };
}

function findMatch(object: DetectionDocument, candidates: ReadonlySet<DetectionDocument>) {
  let best: DetectionDocument | undefined;
  let most = SAME_OBJECT_OVERLAP;
  for (const candidate of candidates) {
    const overlap = candidate.classId === object.classId ? boxOverlap(candidate.box, object.box) : 0;
    if (overlap > most) [best, most] = [candidate, overlap];
  }
  return best;
}

function measureOverlap(a: DetectionDocument, b: DetectionDocument): number {
  if (a.mask === null || b.mask === null) return boxOverlap(a.box, b.box);
  const [maskA, maskB] = [decodeRle(a.mask), decodeRle(b.mask)];
  const shared = countPixels(intersectMasks(maskA, maskB));
  const union = countPixels(maskA) + countPixels(maskB) - shared;
  return union === 0 ? 1 : shared / union;
}
