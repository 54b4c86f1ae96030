import type { Outcomes } from './format-comparison.ts';

/** What came of earlier runs, with every file that has run again as it came out now. */
export function mergeOutcomes(earlier: Outcomes, now: Outcomes): Outcomes {
  const files = new Set(now.map(({ file }) => file));
  return [...earlier.filter(({ file }) => !files.has(file)), ...now];
}
