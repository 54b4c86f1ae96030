import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useRowWindow } from './use-row-window.ts';

interface VirtualListProps<Item> {
  readonly items: readonly Item[];
  readonly rowPx: number;
  readonly label: string;
  keyOf(item: Item): string;
  render(item: Item): ComponentChildren;
}

/** A list of which only the rows in view are there, so that thousands scroll as smoothly as ten. */
export function VirtualList<Item>({ items, rowPx, label, keyOf, render }: VirtualListProps<Item>) {
  const frame = useRef<HTMLDivElement>(null);
  const { first, end, update } = useRowWindow(frame, items.length, rowPx);
  return (
    <div ref={frame} class="virtual" onScroll={update} tabIndex={0} role="region" aria-label={label}>
      <ul style={{ height: `${items.length * rowPx}px` }}>
        {items.slice(first, end).map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
            style={{ top: `${(first + index) * rowPx}px`, height: `${rowPx}px` }}
          >
            {render(item)}
          </li>
        ))}
      </ul>
    </div>
  );
}
