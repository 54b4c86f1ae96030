import type { Detection } from './detection.ts';
import { boxArea, intersectBoxes } from './geometry.ts';
import { agreement, isPartOf, SAME_MASK, type Sighting } from './sighting.ts';

/** An object: as a view saw it whole, if any did, and its pieces as finer views saw them. */
export interface FoundObject {
  readonly whole?: Sighting;
  readonly pieces: Sighting[];
  /** The same object, seen whole by further views. */
  readonly alsoSeen: Detection[];
}

/**
 * Gives each piece to the object it belongs to, and makes objects of those that belong to none.
 * @param pieces detections that seams cut.
 */
export function joinPieces(
  objects: readonly FoundObject[],
  pieces: readonly Sighting[],
  { classAgnostic }: { classAgnostic: boolean },
): FoundObject[] {
  const loose: FoundObject[] = [];
  for (const piece of pieces) {
    const others = objects.filter(({ whole }) => whole !== undefined && whole.view !== piece.view);
    const home = findHome(
      piece,
      others.filter(({ whole }) => classAgnostic || whole?.detection.classId === piece.detection.classId),
    );
    if (home !== undefined) home.pieces.push(piece);
    else if (!others.some((object) => isExplained(piece, object, classAgnostic))) {
      loose.push({ pieces: [piece], alsoSeen: [] });
    }
  }
  return linkAlongSeams([...objects, ...loose], classAgnostic);
}

/** The object that looks most like the piece where the piece was seen. */
function findHome(piece: Sighting, objects: readonly FoundObject[]): FoundObject | undefined {
  let home: FoundObject | undefined;
  let most = SAME_MASK;
  for (const object of objects) {
    const agrees = object.whole ? agreement(piece.detection, object.whole.detection, piece.area) : 0;
    if (agrees > most) [home, most] = [object, agrees];
  }
  return home;
}

/** A part of the object; a piece of another class may be the object itself, not recognised by a part of it. */
function isExplained(
  { detection: piece, area }: Sighting,
  { whole }: FoundObject,
  classAgnostic: boolean,
): boolean {
  if (whole === undefined) return false;
  const isSameClass = classAgnostic || whole.detection.classId === piece.classId;
  return isSameClass ? isPartOf(piece, whole.detection) : agreement(piece, whole.detection, area) > SAME_MASK;
}

interface Link {
  readonly a: Sighting;
  readonly b: Sighting;
  readonly agrees: number;
}

/**
 * Joins pieces that agree in what two views both show, the surest first. Never two of one view, which said that
 * they are different objects, and never two objects that were seen whole: so no chain leads from one object to
 * another.
 */
function linkAlongSeams(objects: readonly FoundObject[], classAgnostic: boolean): FoundObject[] {
  const owner = new Map(objects.flatMap((object) => object.pieces.map((piece) => [piece, object] as const)));
  const left = new Set(objects);
  for (const { a, b } of findLinks([...owner.keys()], classAgnostic)) {
    const [first, second] = [owner.get(a), owner.get(b)];
    if (first === undefined || second === undefined || !canJoin(first, second)) continue;
    const [into, from] = second.whole === undefined ? [first, second] : [second, first];
    into.pieces.push(...from.pieces);
    for (const piece of from.pieces) owner.set(piece, into);
    left.delete(from);
  }
  return [...left];
}

function canJoin(a: FoundObject, b: FoundObject): boolean {
  if (a === b || (a.whole !== undefined && b.whole !== undefined)) return false;
  const views = new Set(a.pieces.map(({ view }) => view));
  return b.pieces.every(({ view }) => !views.has(view));
}

function findLinks(pieces: readonly Sighting[], classAgnostic: boolean): Link[] {
  const links: Link[] = [];
  pieces.forEach((a, index) => {
    for (const b of pieces.slice(index + 1)) {
      const isSameClass = classAgnostic || a.detection.classId === b.detection.classId;
      const shared = intersectBoxes(a.area, b.area);
      if (a.view === b.view || !isSameClass || boxArea(shared) === 0) continue;
      const agrees = agreement(a.detection, b.detection, shared);
      if (agrees > SAME_MASK) links.push({ a, b, agrees });
    }
  });
  return links.sort((x, y) => y.agrees - x.agrees);
}
