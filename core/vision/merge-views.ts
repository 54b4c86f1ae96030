import type { Detection } from './detection.ts';
import { type Box, boxArea, boxOverlap, intersectBoxes, type Size, uniteBoxes } from './geometry.ts';
import { moveMask, uniteMasks } from './run-mask.ts';

/** What was found in one part of the image, in pixels of that part. */
export interface ViewDetections {
  readonly area: Box;
  readonly detections: readonly Detection[];
}

interface Sighting {
  readonly view: number;
  readonly area: Box;
  readonly detection: Detection;
  /** The object goes on beyond the view's seam. */
  readonly isCut: boolean;
}

/** Agreement, in what both views saw, above which two sightings are of one object. */
const SAME_OBJECT_OVERLAP = 0.5;

/** A box this near to a seam, in image pixels, is taken as cut by it. */
const SEAM_PIXELS = 2;

/**
 * Brings what several views of one image show together: sightings that agree in the area both views saw
 * are of one object. The most confident whole sighting stands for it; an object that no view saw whole is
 * put together from its parts.
 */
export function mergeViews(
  views: readonly ViewDetections[],
  image: Size,
  options: { maxDetections: number; classAgnostic: boolean },
): Detection[] {
  if (views.length === 1) return [...(views[0]?.detections ?? [])];
  const sightings = views.flatMap(({ area, detections }, view) =>
    detections.map((detection) => toSighting(detection, { view, area, image })),
  );
  const groups = groupSightings(sightings, options.classAgnostic);
  return groups
    .map(mergeSightings)
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, options.maxDetections);
}

function toSighting(
  { box, mask, ...rest }: Detection,
  { view, area, image }: { view: number; area: Box; image: Size },
): Sighting {
  const moved = { x1: box.x1 + area.x1, y1: box.y1 + area.y1, x2: box.x2 + area.x1, y2: box.y2 + area.y1 };
  const isCut =
    (area.x1 > 0 && box.x1 < SEAM_PIXELS) ||
    (area.y1 > 0 && box.y1 < SEAM_PIXELS) ||
    (area.x2 < image.width && moved.x2 > area.x2 - SEAM_PIXELS) ||
    (area.y2 < image.height && moved.y2 > area.y2 - SEAM_PIXELS);
  const detection = { ...rest, box: moved, ...(mask && { mask: moveMask(mask, area, image) }) };
  return { view, area, detection, isCut };
}

/** Connected groups of sightings of the same object. */
function groupSightings(sightings: readonly Sighting[], classAgnostic: boolean): Sighting[][] {
  const leader = sightings.map((_, index) => index);
  const find = (index: number): number => {
    let root = index;
    while (leader[root] !== root) root = leader[root] as number;
    leader[index] = root;
    return root;
  };
  sightings.forEach((a, index) => {
    for (let other = index + 1; other < sightings.length; other++) {
      const b = sightings[other] as Sighting;
      if (areComparable(a, b, classAgnostic) && showSameObject(a, b)) leader[find(other)] = find(index);
    }
  });
  const roots = new Map(sightings.map((sighting, index) => [sighting, find(index)]));
  return [...Map.groupBy(sightings, (sighting) => roots.get(sighting)).values()];
}

/** A part of an object may be taken for something else: its class counts only against another part's. */
function areComparable(a: Sighting, b: Sighting, classAgnostic: boolean): boolean {
  const sameClass = a.detection.classId === b.detection.classId;
  return a.view !== b.view && (sameClass || classAgnostic || a.isCut !== b.isCut);
}

function showSameObject(a: Sighting, b: Sighting): boolean {
  const shared = intersectBoxes(a.area, b.area);
  if (boxArea(shared) === 0) return false;
  const inA = intersectBoxes(a.detection.box, shared);
  return boxOverlap(inA, intersectBoxes(b.detection.box, shared)) > SAME_OBJECT_OVERLAP;
}

function mergeSightings(sightings: readonly Sighting[]): Detection {
  const byConfidence = sightings.toSorted((a, b) => b.detection.confidence - a.detection.confidence);
  const whole = byConfidence.find(({ isCut }) => !isCut);
  if (whole !== undefined) return whole.detection;
  return byConfidence.map(({ detection }) => detection).reduce(joinParts);
}

/** The first is the more confident one. */
function joinParts(a: Detection, b: Detection): Detection {
  const box = uniteBoxes(a.box, b.box);
  return a.mask && b.mask ? { ...a, box, mask: uniteMasks(a.mask, b.mask) } : { ...a, box };
}
