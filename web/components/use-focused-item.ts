import type { TargetedFocusEvent } from 'preact';
import { useState } from 'preact/hooks';

/** The item's place in its list, which its element says as `data-nth`. */
export function placeOf(target: EventTarget | null): number | undefined {
  const nth = target instanceof Element ? target.closest<HTMLElement>('[data-nth]')?.dataset.nth : undefined;
  return nth === undefined ? undefined : Number(nth);
}

/** Which item holds the focus, also after the list has changed around it. */
export function useFocusedItem<Item>(items: readonly Item[], keyOf: (item: Item) => string | number) {
  const [key, setKey] = useState<string | number>();
  const place = key === undefined ? -1 : items.findIndex((item) => keyOf(item) === key);
  const focus = (nth: number | undefined) => {
    const item = nth === undefined ? undefined : items[nth];
    setKey(item === undefined ? undefined : keyOf(item));
  };
  return {
    focused: place < 0 ? undefined : place,
    focus,
    handlers: {
      onFocusIn: ({ target }: FocusEvent) => focus(placeOf(target)),
      onFocusOut: ({ currentTarget, relatedTarget }: TargetedFocusEvent<HTMLElement>) => {
        // Where another window has come before this one, the focus waits where it is.
        const isKept = !document.hasFocus() || currentTarget.contains(relatedTarget as Node | null);
        if (!isKept) focus(undefined);
      },
    },
  };
}
