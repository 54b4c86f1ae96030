import type { Detection } from './detection.ts';
import { type Box, boxArea, boxOverlap, doTouch, intersectBoxes, type Size } from './geometry.ts';
import { countPixels, countShared, cropMask, moveMask } from './run-mask.ts';

/** What was found in one part of the image, in pixels of that part. */
export interface ViewDetections {
  readonly area: Box;
  readonly detections: readonly Detection[];
}

/** One view's detection, in pixels of the image. */
export interface Sighting {
  readonly view: number;
  /** What the view shows. */
  readonly area: Box;
  readonly detection: Detection;
  /** It reaches the view's seam, so the object may go on beyond it. */
  readonly isCut: boolean;
}

/** A box this near to a seam, as a share of the view's side, is taken as cut by it; models draw boxes short. */
const SEAM_SHARE = 0.01;
const SEAM_PIXELS = 2;

/** Overlap above which two masks are of one object. */
export const SAME_MASK = 0.5;
/** The same of two boxes: what suppression within one view takes as one object. */
const SAME_BOX = 0.7;
/** Share of a mask within another above which it is a part of that. */
const CONTAINED = 0.8;

export function toSightings(views: readonly ViewDetections[], image: Size): Sighting[] {
  return views.flatMap(({ area, detections }, view) =>
    detections.map((detection) => {
      const moved = moveDetection(detection, area, image);
      return { view, area, detection: moved, isCut: isCut(moved.box, area, image) };
    }),
  );
}

function moveDetection({ box, mask, ...rest }: Detection, { x1, y1 }: Box, image: Size): Detection {
  const moved = { x1: box.x1 + x1, y1: box.y1 + y1, x2: box.x2 + x1, y2: box.y2 + y1 };
  return { ...rest, box: moved, ...(mask && { mask: moveMask(mask, { x1, y1 }, image) }) };
}

function isCut(box: Box, area: Box, image: Size): boolean {
  const near = (side: number) => Math.max(SEAM_PIXELS, side * SEAM_SHARE);
  const across = near(area.x2 - area.x1);
  const down = near(area.y2 - area.y1);
  return (
    (area.x1 > 0 && box.x1 < area.x1 + across) ||
    (area.y1 > 0 && box.y1 < area.y1 + down) ||
    (area.x2 < image.width && box.x2 > area.x2 - across) ||
    (area.y2 < image.height && box.y2 > area.y2 - down)
  );
}

/** How far two detections agree within `area`, 0..1: their masks where both have one, else their boxes. */
export function agreement(a: Detection, b: Detection, area: Box): number {
  if (!doTouch(a.box, b.box)) return 0;
  const [boxA, boxB] = [intersectBoxes(a.box, area), intersectBoxes(b.box, area)];
  if (boxArea(intersectBoxes(boxA, boxB)) === 0) return 0;
  if (a.mask === undefined || b.mask === undefined) return boxOverlap(boxA, boxB);
  const [maskA, maskB] = [cropMask(a.mask, area), cropMask(b.mask, area)];
  const shared = countShared(maskA, maskB);
  return shared === 0 ? 0 : shared / (countPixels(maskA) + countPixels(maskB) - shared);
}

/** Two detections of whole objects are of the same one, by what lies within `area`. */
export function areSame(a: Detection, b: Detection, area: Box): boolean {
  return boxOverlap(a.box, b.box) > SAME_BOX || (a.mask !== undefined && agreement(a, b, area) > SAME_MASK);
}

/** Most of `part` lies within `whole`. */
export function isPartOf(part: Detection, whole: Detection): boolean {
  const shared = boxArea(intersectBoxes(part.box, whole.box));
  if (shared === 0) return false;
  if (part.mask === undefined || whole.mask === undefined) return shared > CONTAINED * boxArea(part.box);
  return countShared(part.mask, whole.mask) > CONTAINED * countPixels(part.mask);
}
