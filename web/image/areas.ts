import type { Detection } from '../../client/index.ts';
import { formatCount, formatPercent, formatSquareCm } from '../app/format.ts';

export type AreaUnit = 'px' | '%' | 'cm²';

/** A scale that was set here goes before the one that the result came with. */
export function squareCm({ area }: Pick<Detection, 'area'>, pixelsPerCm: number | undefined): number | null {
  return pixelsPerCm === undefined ? area.cm2 : area.pixels / pixelsPerCm ** 2;
}

export function formatArea(
  detection: Pick<Detection, 'area'>,
  unit: AreaUnit,
  pixelsPerCm: number | undefined,
): string {
  if (unit === 'px') return `${formatCount(Math.round(detection.area.pixels))} px`;
  if (unit === '%') return formatPercent(detection.area.share, 2);
  const cm2 = squareCm(detection, pixelsPerCm);
  return cm2 === null ? '–' : formatSquareCm(cm2);
}

export interface ClassTotal {
  readonly name: string;
  readonly classId: number;
  readonly count: number;
  readonly area: Detection['area'];
}

export function totalByClass(detections: readonly Detection[]): ClassTotal[] {
  const totals = new Map<string, ClassTotal>();
  for (const { class: name, classId, area } of detections) {
    const before = totals.get(name);
    totals.set(name, {
      name,
      classId,
      count: (before?.count ?? 0) + 1,
      area: {
        pixels: (before?.area.pixels ?? 0) + area.pixels,
        share: (before?.area.share ?? 0) + area.share,
        cm2: area.cm2 === null ? null : (before?.area.cm2 ?? 0) + area.cm2,
      },
    });
  }
  return [...totals.values()].sort((a, b) => b.area.pixels - a.area.pixels);
}
