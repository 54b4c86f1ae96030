import type { Candidates } from './candidates.ts';

export interface SuppressionOptions {
  /** Intersection over union above which the weaker box goes. */
  readonly iou: number;
  readonly maxDetections: number;
  /** Lets boxes of different classes suppress one another. */
  readonly classAgnostic: boolean;
}

/** As many candidates as ultralytics looks at. */
const MOST_CANDIDATES = 30_000;

/**
 * Greedy non-maximum suppression, as torchvision's `nms` for each class.
 * @returns indices of the candidates kept, most confident first.
 */
export function suppressOverlaps(candidates: Candidates, options: SuppressionOptions): number[] {
  const { boxes, classIds } = candidates;
  const kept: number[] = [];
  const keptOfClass = new Map<number, number[]>();
  for (const index of byConfidence(candidates).slice(0, MOST_CANDIDATES)) {
    if (kept.length === options.maxDetections) break;
    const group = options.classAgnostic ? 0 : (classIds[index] as number);
    const rivals = keptOfClass.get(group) ?? [];
    if (rivals.some((rival) => overlap(boxes, rival, index) > options.iou)) continue;
    rivals.push(index);
    keptOfClass.set(group, rivals);
    kept.push(index);
  }
  return kept;
}

/** Indices by falling score; equal scores keep their order. */
export function byConfidence({ count, scores }: Candidates): number[] {
  return Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  );
}

function overlap(boxes: Float32Array, a: number, b: number): number {
  const at = (box: number, side: number) => boxes[box * 4 + side] as number;
  const width = Math.min(at(a, 2), at(b, 2)) - Math.max(at(a, 0), at(b, 0));
  const height = Math.min(at(a, 3), at(b, 3)) - Math.max(at(a, 1), at(b, 1));
  if (width <= 0 || height <= 0) return 0;
  const area = (box: number) => (at(box, 2) - at(box, 0)) * (at(box, 3) - at(box, 1));
  return (width * height) / (area(a) + area(b) - width * height);
}
