import type { Agreement } from './compare-models.ts';

/** Below this an int8 model's masks are not those of the fp32 one any more. */
const LEAST_OVERLAP = 0.93;
/** A larger share of objects may not be lost. */
const MOST_LOST = 0.02;

/** Why an int8 model should not be used; empty where it may. */
export function findFaults({ wanted, found, meanOverlap }: Agreement): string[] {
  if (wanted === 0) return ['no object was found in the calibration photographs: nothing can be compared'];
  return [
    ...(meanOverlap < LEAST_OVERLAP ? [`its masks overlap by less than ${LEAST_OVERLAP}`] : []),
    ...(wanted - found > MOST_LOST * wanted
      ? [`it loses more than ${MOST_LOST * 100} % of the objects`]
      : []),
  ];
}
