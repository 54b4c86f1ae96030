import type { Detection } from './detection.ts';
import type { Box, Size } from './geometry.ts';
import { intersectMasks, type RunMask, RunWriter, uniteMasks } from './run-mask.ts';

/** Corners in image pixels; the last joins the first. */
export type Region = readonly (readonly [number, number])[];

/**
 * Keeps what lies inside one of `regions`: masks are cut to them, a detection with no pixel left goes; of a
 * detection without a mask the box's centre decides. Boxes stay as they were found.
 */
export function cutToRegions(
  detections: readonly Detection[],
  regions: readonly Region[],
  image: Size,
): Detection[] {
  if (regions.length === 0) return [...detections];
  const inside = regions.map((region) => fillRegion(region, image)).reduce(uniteMasks);
  return detections.flatMap((detection) => {
    if (detection.mask === undefined) return holdsCentre(inside, detection.box) ? [detection] : [];
    const mask = intersectMasks(detection.mask, inside);
    return mask.runs.length > 0 ? [{ ...detection, mask }] : [];
  });
}

/** The pixels whose centres lie inside. */
export const fillRegion = (region: Region, image: Size): RunMask => fillRings([region], image);

/** The pixels whose centres lie inside of all rings together (even-odd rule), of which some may be holes. */
export function fillRings(rings: readonly Region[], image: Size): RunMask {
  const writer = new RunWriter();
  const xs = rings.flat().map(([x]) => x);
  const [left, right] = xs.reduce(
    ([least, most], x) => [Math.min(least, x), Math.max(most, x)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  for (let x = Math.max(0, Math.floor(left)); x < Math.min(image.width, Math.ceil(right)); x++) {
    const crossings = rings.flatMap((ring) => crossingsAt(ring, x + 0.5)).sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const first = Math.max(0, Math.ceil((crossings[i] as number) - 0.5));
      const end = Math.min(image.height, Math.ceil((crossings[i + 1] as number) - 0.5));
      writer.add(x * image.height + first, x * image.height + end);
    }
  }
  return writer.finish(image);
}

/** Heights at which the outline crosses the vertical line at `x`. */
function crossingsAt(region: Region, x: number): number[] {
  const crossings: number[] = [];
  region.forEach(([ax, ay], index) => {
    const [bx, by] = region[(index + 1) % region.length] as readonly [number, number];
    if (ax > x !== bx > x) crossings.push(ay + ((x - ax) / (bx - ax)) * (by - ay));
  });
  return crossings;
}

function holdsCentre({ width, height, runs }: RunMask, { x1, y1, x2, y2 }: Box): boolean {
  const x = Math.min(width - 1, Math.floor((x1 + x2) / 2));
  const y = Math.min(height - 1, Math.floor((y1 + y2) / 2));
  const position = x * height + y;
  for (let i = 0; i < runs.length; i += 2) {
    if (position < (runs[i] as number)) return false;
    if (position < (runs[i + 1] as number)) return true;
  }
  return false;
}
