import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface VirtualListProps<Item> {
  readonly items: readonly Item[];
  readonly rowPx: number;
  readonly label: string;
  keyOf(item: Item): string;
  render(item: Item): ComponentChildren;
}

const MARGIN_ROWS = 8;

/** A list of which only the rows in view are there, so that thousands scroll as smoothly as ten. */
export function VirtualList<Item>({ items, rowPx, label, keyOf, render }: VirtualListProps<Item>) {
  const frame = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLUListElement>(null);
  const [window, setWindow] = useState({ first: 0, count: 30 });
  const update = () => {
    const element = frame.current;
    if (element === null) return;
    const first = Math.max(0, Math.floor(element.scrollTop / rowPx) - MARGIN_ROWS);
    setWindow({ first, count: Math.ceil(element.clientHeight / rowPx) + 2 * MARGIN_ROWS });
  };
  useEffect(update, [items.length]);
  useEffect(() => {
    inner.current?.style.setProperty('--rows', String(items.length));
    inner.current?.style.setProperty('--row', `${rowPx}px`);
  });
  const shown = items.slice(window.first, window.first + window.count);
  return (
    <div ref={frame} class="virtual" onScroll={update} tabIndex={0} role="region" aria-label={label}>
      <ul ref={inner}>
        {shown.map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={window.first + index + 1}
            ref={(element) => element?.style.setProperty('--at', String(window.first + index))}
          >
            {render(item)}
          </li>
        ))}
      </ul>
    </div>
  );
}
