import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type GridLayout, layOutGrid, stepFrom } from './grid-layout.ts';
import { itemsThere } from './items-there.ts';
import { placeOf, useFocusedItem } from './use-focused-item.ts';
import { type RowRange, useRowWindow } from './use-row-window.ts';

interface MediaGridProps<Item> {
  readonly items: readonly Item[];
  readonly label: string;
  /** Whether there are no more than these. */
  readonly isWhole: boolean;
  readonly class?: string;
  keyOf(item: NoInfer<Item>): string;
  /** Width by height. */
  ratioOf(item: NoInfer<Item>): number;
  render(item: NoInfer<Item>): ComponentChildren;
}

/**
 * Pictures in justified rows. Only the tiles in view are there, and some around them, so that thousands scroll as smoothly
 * as ten. Arrow keys, Home and End go from tile to tile, Tab through all of them.
 */
export function MediaGrid<Item>({ items, label, isWhole, keyOf, ratioOf, ...props }: MediaGridProps<Item>) {
  const list = useRef<HTMLUListElement>(null);
  const widthPx = useWidth(list);
  const layout = useMemo(
    () => layOutGrid(widthPx === 0 ? [] : items.map(ratioOf), widthPx),
    [items, widthPx],
  );
  const { tiles, rows, pitch, tileHeight, pictureHeight } = layout;
  const range = tilesOf(rows, useRowWindow(list, { total: rows.length, rowPx: pitch }));
  const { focused, focus, handlers } = useFocusedItem(items, keyOf);
  const goBy = useSteps(list, layout, focus);
  return (
    <ul
      ref={list}
      class={`grid ${props.class ?? ''}`}
      aria-label={label}
      style={{ '--row': `${pictureHeight}px`, height: `${rows.length * pitch}px` }}
      onKeyDown={goBy}
      {...handlers}
    >
      {itemsThere(tiles.length, range, focused).map((nth) => {
        const [item, tile] = [items[nth], tiles[nth]];
        if (item === undefined || tile === undefined) return null;
        const { left, row, width } = tile;
        return (
          <li
            key={keyOf(item)}
            class="card"
            data-nth={nth}
            aria-posinset={nth + 1}
            aria-setsize={isWhole ? items.length : -1}
            style={{
              left: `${left}px`,
              top: `${row * pitch}px`,
              width: `${width}px`,
              height: `${tileHeight}px`,
            }}
          >
            {props.render(item)}
          </li>
        );
      })}
    </ul>
  );
}

function tilesOf(rows: readonly RowRange[], { first, end }: RowRange): RowRange {
  const from = rows[first]?.first ?? 0;
  return { first: from, end: end > first ? (rows[end - 1]?.end ?? from) : from };
}

function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return;
    const read = () => setWidth(element.current?.clientWidth ?? 0);
    // At once, so that the first that is painted is in its place.
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

const CONTROLS = ['a', 'input'] as const;

/** Keys lead from a tile's link to another's, and from its checkbox to another's, once that tile is there. */
function useSteps(
  list: RefObject<HTMLElement | null>,
  layout: GridLayout,
  focus: (nth: number) => void,
): (event: KeyboardEvent) => void {
  const wanted = useRef<{ nth: number; control: string }>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const { nth, control } = wanted.current;
    wanted.current = undefined;
    const tile = list.current?.querySelector(`[data-nth="${nth}"]`);
    const element =
      tile?.querySelector<HTMLElement>(control) ?? tile?.querySelector<HTMLElement>('a, button');
    element?.focus();
  });
  return (event) => {
    const from = placeOf(event.target);
    const control = CONTROLS.find((name) => event.target instanceof Element && event.target.matches(name));
    if (from === undefined || control === undefined || hasModifier(event)) return;
    const to = stepFrom(layout, from, event.key);
    if (to === undefined) return;
    event.preventDefault();
    wanted.current = { nth: to, control };
    focus(to);
  };
}

const hasModifier = ({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent) =>
  altKey || ctrlKey || metaKey || shiftKey;
