import type { Detection } from './detection.ts';
import { boxArea, doTouch, type Size, uniteBoxes } from './geometry.ts';
import { type FoundObject, joinPieces } from './join-pieces.ts';
import { boundsOf, eraseAreas, type RunMask, uniteMasks } from './run-mask.ts';
import {
  agreement,
  areSame,
  isPartOf,
  SAME_MASK,
  type Sighting,
  toSightings,
  type ViewDetections,
} from './sighting.ts';

/**
 * Brings what several views of one image show together. Sightings of one view are different objects, as the
 * model said; those of different views are one object where their class is the same and their masks agree.
 * What a view saw whole stands as the finest view saw it. What seams cut is joined along them, and belongs to
 * the whole object that it is a part of.
 */
export function mergeViews(
  views: readonly ViewDetections[],
  image: Size,
  options: { maxDetections: number; classAgnostic: boolean },
): Detection[] {
  if (views.length === 1) return [...(views[0]?.detections ?? [])];
  const sightings = toSightings(views, image);
  const seenWhole = keepWhole(
    sightings.filter(({ isCut }) => !isCut),
    options,
  );
  const pieces = sightings.filter(({ isCut }) => isCut);
  const objects = dropShadows(joinPieces(seenWhole, pieces, options), options).sort(
    (a, b) => b.confidence - a.confidence,
  );
  const whole = views.find(({ area }) => boxArea(area) === image.width * image.height);
  return dropDoubles(objects, whole?.detections ?? [], options);
}

/**
 * Fine views draw an object twice, or a part of it as an object, more often than the view of everything does. What
 * lies within a surer object of its class, or looks like it, stays only where that view tells the two apart.
 * @param objects the surest first.
 * @returns as many as are reported.
 */
function dropDoubles(
  objects: readonly Detection[],
  coarse: readonly Detection[],
  { classAgnostic, maxDetections }: { classAgnostic: boolean; maxDetections: number },
): Detection[] {
  const kept: Detection[] = [];
  for (const object of objects) {
    if (kept.length === maxDetections) break;
    const double = kept.find(
      (other) =>
        (classAgnostic || other.classId === object.classId) &&
        looksLike(object, other) &&
        !areToldApart(object, other, coarse),
    );
    if (double === undefined) kept.push(object);
  }
  return kept;
}

/** By their masks: boxes alone don't tell. */
const looksLike = (a: Detection, b: Detection) =>
  a.mask !== undefined &&
  b.mask !== undefined &&
  (isPartOf(a, b) || agreement(a, b, uniteBoxes(a.box, b.box)) > SAME_MASK);

function areToldApart(a: Detection, b: Detection, coarse: readonly Detection[]): boolean {
  const seenAs = (object: Detection) =>
    coarse.filter(
      (other) =>
        other.classId === object.classId && areSame(object, other, uniteBoxes(object.box, other.box)),
    );
  const [asA, asB] = [seenAs(a), seenAs(b)];
  return asA.some((one) => asB.some((other) => one !== other));
}

/**
 * What a coarse view saw whole but drew too badly for its pieces to be recognised goes where finer views have put
 * the same object together.
 */
function dropShadows(
  objects: readonly FoundObject[],
  { classAgnostic }: { classAgnostic: boolean },
): Detection[] {
  const joined = objects.filter(({ whole }) => whole === undefined).map(compose);
  const seenWhole = objects.filter(({ whole }) => whole !== undefined).map(compose);
  const clear = seenWhole.filter(
    (object) =>
      !joined.some(
        (other) =>
          (classAgnostic || other.classId === object.classId) &&
          (areSame(object, other, uniteBoxes(object.box, other.box)) || isPart(object, other)),
      ),
  );
  return [...clear, ...joined];
}

const viewSize = ({ area }: Sighting) => boxArea(area);

/** One object for each that was seen whole, by the finest view of it. */
function keepWhole(
  sightings: readonly Sighting[],
  { classAgnostic }: { classAgnostic: boolean },
): FoundObject[] {
  let kept: FoundObject[] = [];
  const finestFirst = sightings.toSorted(
    (a, b) => viewSize(a) - viewSize(b) || b.detection.confidence - a.detection.confidence,
  );
  for (const sighting of finestFirst) {
    // What lies elsewhere is neither the same nor a part; all the masks of a crowd together are as large as the image.
    const rivals = kept.filter(
      ({ whole }) =>
        whole !== undefined &&
        whole.view !== sighting.view &&
        (classAgnostic || whole.detection.classId === sighting.detection.classId) &&
        doTouch(whole.detection.box, sighting.detection.box),
    );
    const same = rivals.find(
      ({ whole }) => whole !== undefined && areSame(whole.detection, sighting.detection, sighting.area),
    );
    if (same !== undefined) same.alsoSeen.push(sighting.detection);
    else if (!isExplained(sighting.detection, rivals)) {
      const parts = new Set(rivals.filter(({ whole }) => isPart(whole?.detection, sighting.detection)));
      kept = kept.filter((object) => !parts.has(object));
      kept.push({ whole: sighting, pieces: [], alsoSeen: [] });
    }
  }
  return kept;
}

/** Boxes alone don't tell a part from a small object before a large one. */
const isPart = (part: Detection | undefined, whole: Detection) =>
  part?.mask !== undefined && isPartOf(part, whole);

/** Finer views saw several objects where this one saw one, or all of it and more. */
function isExplained(detection: Detection, rivals: readonly FoundObject[]): boolean {
  const masks = rivals.flatMap(({ whole }) => whole?.detection.mask ?? []);
  if (detection.mask === undefined || masks.length === 0) return false;
  return isPartOf(detection, { ...detection, mask: masks.reduce(uniteMasks) });
}

/** The object as its finest views show it: its pieces, and where there is none, what a coarser view saw. */
function compose({ whole, pieces, alsoSeen }: FoundObject): Detection {
  const seen = [...(whole ? [whole.detection] : []), ...pieces.map(({ detection }) => detection)];
  const best = [...seen, ...alsoSeen].reduce((a, b) => (b.confidence > a.confidence ? b : a));
  const { classId, confidence } = best;
  const isFinest = whole !== undefined && pieces.every((piece) => viewSize(whole) <= viewSize(piece));
  const masks = seen.flatMap(({ mask }) => mask ?? []);
  if (whole !== undefined && (isFinest || masks.length < seen.length)) {
    return { ...whole.detection, classId, confidence };
  }
  const parts = pieces.map(({ detection }) => detection);
  const rest = whole && restOf(whole.detection, pieces);
  const all = rest === undefined ? parts : [...parts, rest];
  const mask = all.flatMap((part) => part.mask ?? []).reduce<RunMask | undefined>(unite, undefined);
  const box = all.map((part) => part.box).reduce(uniteBoxes);
  return { classId, confidence, box, ...(mask && { mask }) };
}

const unite = (a: RunMask | undefined, b: RunMask) => (a === undefined ? b : uniteMasks(a, b));

/** What of a whole object lies where no piece of it was seen. */
function restOf(whole: Detection, pieces: readonly Sighting[]): Detection | undefined {
  if (whole.mask === undefined) return undefined;
  const mask = eraseAreas(
    whole.mask,
    pieces.map(({ area }) => area),
  );
  const box = boundsOf(mask);
  return box && { ...whole, box, mask };
}
