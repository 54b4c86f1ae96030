import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface RowRange {
  readonly first: number;
  /** The first that is out of it. */
  readonly end: number;
}

interface Rows {
  readonly total: number;
  readonly rowPx: number;
  /** What the rows scroll in; the page where none is given. */
  readonly frame?: RefObject<HTMLElement | null>;
}

/** Which of many rows of one height are in view, or no more than the height of the view away from it. */
export function useRowWindow(rows: RefObject<HTMLElement | null>, { total, rowPx, frame }: Rows): RowRange {
  const [range, setRange] = useState<RowRange>(NONE);
  const update = () => {
    if (rows.current === null) return;
    const { top } = rows.current.getBoundingClientRect();
    const view = frame?.current?.getBoundingClientRect() ?? { top: 0, height: innerHeight };
    const hidden = view.top - top;
    const first = Math.min(total, Math.max(0, Math.floor((hidden - view.height) / rowPx)));
    const end = Math.max(first, Math.min(total, Math.ceil((hidden + 2 * view.height) / rowPx)));
    setRange((before) => (before.first === first && before.end === end ? before : { first, end }));
  };
  const latest = useRef(update);
  latest.current = update;
  useLayoutEffect(update, [total, rowPx]);
  useLayoutEffect(() => {
    const follow = () => latest.current();
    // Captured, because the scrolling of a frame does not bubble.
    document.addEventListener('scroll', follow, { capture: true, passive: true });
    addEventListener('resize', follow);
    return () => {
      document.removeEventListener('scroll', follow, { capture: true });
      removeEventListener('resize', follow);
    };
  }, []);
  return { first: Math.min(range.first, total), end: Math.min(range.end, total) };
}

const NONE: RowRange = { first: 0, end: 0 };
