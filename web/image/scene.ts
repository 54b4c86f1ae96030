import type { Detection, Result } from '../../client/index.ts';
import { covers, decodeRle, type Runs, toPolygons } from '../../client/masks.ts';
import { colourClasses } from '../../core/contracts/class-colours.ts';
import type { Point } from './viewport.ts';

/** A detection as it is drawn and hit. */
export interface SceneObject {
  readonly index: number;
  readonly detection: Detection;
  readonly colour: string;
  /** In pixels of the picture; its outline keeps its width at any zoom. */
  readonly path: Path2D;
  /** Without one, the path is its box. */
  readonly hasMask: boolean;
  readonly boxArea: number;
  readonly runs: Runs | undefined;
}

/** Built once a result: what is drawn per frame are paths that the browser keeps. */
export function buildScene({ detections }: Result): readonly SceneObject[] {
  const colours = colourClasses(detections.map(({ classId }) => classId));
  return detections.map((detection, index) => ({
    index,
    detection,
    colour: colours.get(detection.classId) as string,
    path: pathOf(detection),
    hasMask: detection.mask !== null || detection.polygons.length > 0,
    boxArea: (detection.box.x2 - detection.box.x1) * (detection.box.y2 - detection.box.y1),
    runs: runsOf(detection),
  }));
}

function runsOf({ mask }: Detection): Runs | undefined {
  return mask === null ? undefined : decodeRle(mask);
}

function pathOf({ polygons, mask, box }: Detection): Path2D {
  const rings = polygons.length > 0 || mask === null ? polygons : toPolygons(mask);
  const path = new Path2D();
  for (const ring of rings) {
    for (const [index, [x, y]] of ring.entries()) index === 0 ? path.moveTo(x, y) : path.lineTo(x, y);
    path.closePath();
  }
  if (rings.length === 0) path.rect(box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1);
  return path;
}

/** The smallest object at a point: one that lies on another can be reached. */
export function hit(objects: readonly SceneObject[], at: Point): SceneObject | undefined {
  return objects
    .filter(({ detection: { box }, runs }) => {
      const isInBox = at.x >= box.x1 && at.x <= box.x2 && at.y >= box.y1 && at.y <= box.y2;
      return isInBox && (runs === undefined || covers(runs, at.x, at.y));
    })
    .sort((a, b) => a.boxArea - b.boxArea)[0];
}
