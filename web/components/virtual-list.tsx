import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { itemsThere } from './items-there.ts';
import { useFocusedItem } from './use-focused-item.ts';
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
  const list = useRef<HTMLUListElement>(null);
  const range = useRowWindow(list, { total: items.length, rowPx, frame });
  const { focused, handlers } = useFocusedItem(items, keyOf);
  return (
    <div ref={frame} class="virtual" tabIndex={0} role="region" aria-label={label}>
      <ul ref={list} style={{ height: `${items.length * rowPx}px` }} {...handlers}>
        {itemsThere(items.length, range, focused).map((nth) => {
          const item = items[nth] as Item;
          return (
            <li
              key={keyOf(item)}
              data-nth={nth}
              aria-setsize={items.length}
              aria-posinset={nth + 1}
              style={{ top: `${nth * rowPx}px`, height: `${rowPx}px` }}
            >
              {render(item)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
