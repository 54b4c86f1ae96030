/** Runs in a page before its own code: sums how much moves without anybody's doing, by the browser's own figure. */
export function watchLayout(): void {
  const kept = window as unknown as { shift: number };
  kept.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[])
      if (!entry.hadRecentInput) kept.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}

export const readLayoutShift = (): number => (window as unknown as { shift: number }).shift;
