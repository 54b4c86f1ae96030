import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const MARGIN_ROWS = 8;

/** Which of many rows of one height are in view, or nearly so. */
export function useRowWindow(frame: RefObject<HTMLElement | null>, total: number, rowPx: number) {
  const [first, setFirst] = useState(0);
  const [count, setCount] = useState(30);
  const update = () => {
    const element = frame.current;
    if (element === null) return;
    setFirst(Math.max(0, Math.floor(element.scrollTop / rowPx) - MARGIN_ROWS));
    setCount(Math.ceil(element.clientHeight / rowPx) + 2 * MARGIN_ROWS);
  };
  useEffect(update, [total, rowPx]);
  const start = Math.min(first, total);
  return { first: start, end: Math.min(total, start + count), update };
}
