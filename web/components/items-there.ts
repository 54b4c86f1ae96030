import type { RowRange } from './use-row-window.ts';

/**
 * Which items of a long list are in the document: those in view; the focused one with those beside it, so that Tab goes on
 * from wherever somebody has scrolled to; the first and the last, by which Tab comes into the list.
 */
export function itemsThere(total: number, { first, end }: RowRange, focused: number | undefined): number[] {
  const there = new Set([0, total - 1]);
  for (let nth = first; nth < end; nth++) there.add(nth);
  if (focused !== undefined) for (const step of [-1, 0, 1]) there.add(focused + step);
  return [...there].filter((nth) => nth >= 0 && nth < total).sort((a, b) => a - b);
}
