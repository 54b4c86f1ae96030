import type { DetectionDocument, ResultDocument } from '../../core/contracts/result-document.ts';
import { decodeRle } from '../../core/vision/coco-rle.ts';
import { boxOverlap } from '../../core/vision/geometry.ts';
import { countPixels, intersectMasks } from '../../core/vision/run-mask.ts';

interface ReferenceObject {
  readonly classId: number;
  readonly className: string;
  readonly score: number;
  readonly box: [number, number, number, number];
  readonly maskArea?: number;
  readonly rle?: { size: [number, number]; counts: string };
}

type Photographs = Record<string, Record<string, ReferenceObject[]>>;

/** `reference.json`: model → photograph → `iou0.7` or `iou0.45` → objects. */
export interface Reference {
  readonly models: Record<string, Photographs>;
}

/** Reference objects weaker than this may be missing. */
const COMPARED_SCORE = 0.35;
/** Detections stronger than this must stand in the reference. */
const INVENTED_SCORE = 0.35;

interface Match {
  readonly found: DetectionDocument;
  readonly wanted: ReferenceObject;
}

export function compareWithReference(
  documents: ReadonlyMap<string, ResultDocument>,
  photographs: Photographs,
  list: string,
) {
  const comparisons = [...documents].map(([file, document]) =>
    matchObjects(document.detections, (photographs[file]?.[list] ?? []).filter(hasPixels), file),
  );
  const matches = comparisons.flatMap(({ matched }) => matched);
  const masks = matches.filter(({ wanted }) => wanted.rle !== undefined);
  return {
    missing: comparisons.flatMap(({ missing }) => missing),
    invented: comparisons.flatMap(({ invented }) => invented),
    matched: matches.length,
    medianBoxErrorPixels: median(matches.map(boxError)),
    medianScoreError: median(matches.map(({ found, wanted }) => Math.abs(found.confidence - wanted.score))),
    meanMaskOverlap:
      masks.length === 0 ? 1 : masks.reduce((sum, match) => sum + maskOverlap(match), 0) / masks.length,
    medianAreaError: masks.length === 0 ? 0 : median(masks.map(areaError)),
  };
}

/**
 * Objects without a single mask pixel are dropped here, as by ultralytics since 8.3.84. The reference of the YOLOv5
 * models keeps them: it was decoded by hand.
 */
const hasPixels = ({ maskArea }: ReferenceObject) => maskArea !== 0;

/** Pairs each reference object with the detection of its class that overlaps it most. */
function matchObjects(found: readonly DetectionDocument[], wanted: readonly ReferenceObject[], file: string) {
  const left = new Set(found);
  const pairs = wanted.map((object) => {
    const match = closest(object, left);
    if (match !== undefined) left.delete(match);
    return { wanted: object, found: match };
  });
  const compared = pairs.filter((pair) => pair.wanted.score > COMPARED_SCORE);
  return {
    matched: compared.filter((pair): pair is Match => pair.found !== undefined),
    missing: compared
      .filter((pair) => pair.found === undefined)
      .map((pair) => `${file}: ${pair.wanted.className} ${pair.wanted.score}`),
    invented: [...left]
      .filter(({ confidence }) => confidence > INVENTED_SCORE)
      .map((detection) => `${file}: ${detection.class} ${detection.confidence}`),
  };
}

function closest({ classId, box }: ReferenceObject, candidates: ReadonlySet<DetectionDocument>) {
  const [x1, y1, x2, y2] = box;
  let best: DetectionDocument | undefined;
  let most = 0.5;
  for (const candidate of candidates) {
    const overlap = candidate.classId === classId ? boxOverlap(candidate.box, { x1, y1, x2, y2 }) : 0;
    if (overlap > most) [best, most] = [candidate, overlap];
  }
  return best;
}

function boxError({ found, wanted }: Match): number {
  const { x1, y1, x2, y2 } = found.box;
  return Math.max(...[x1, y1, x2, y2].map((side, index) => Math.abs(side - (wanted.box[index] as number))));
}

/** 1 for two empty masks. */
function maskOverlap({ found, wanted }: Match): number {
  if (!found.mask || !wanted.rle) return 0;
  const [a, b] = [decodeRle(found.mask), decodeRle(wanted.rle)];
  const shared = countPixels(intersectMasks(a, b));
  const union = countPixels(a) + countPixels(b) - shared;
  return union === 0 ? 1 : shared / union;
}

function areaError({ found, wanted }: Match): number {
  const area = wanted.maskArea ?? 0;
  return Math.abs(found.area.pixels - area) / Math.max(1, area);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
