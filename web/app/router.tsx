import type { ComponentChildren, HTMLAttributes } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Where the reader is: the address says all of it, so that a link shows a colleague the same. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const readPlace = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) });
const CHANGED = 'segmentry-place';

export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  dispatchEvent(new Event(CHANGED));
  if (!replace) scrollTo(0, 0);
}

/** Changes some of the query and keeps the rest; `undefined` takes a value away. */
export function changeQuery(changes: Readonly<Record<string, string | undefined>>, replace = true): void {
  const { path, query } = readPlace();
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const search = query.toString();
  navigate(search === '' ? path : `${path}?${search}`, { replace });
}

export function usePlace(): Place {
  const [place, setPlace] = useState(readPlace);
  useEffect(() => {
    const update = () => setPlace(readPlace());
    addEventListener('popstate', update);
    addEventListener(CHANGED, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(CHANGED, update);
    };
  }, []);
  return place;
}

type Passed = Pick<
  HTMLAttributes<HTMLAnchorElement>,
  'title' | 'aria-current' | 'onPointerEnter' | 'onPointerLeave' | 'onFocus' | 'onBlur'
>;

interface LinkProps extends Passed {
  readonly to: string;
  readonly class?: string;
  readonly children?: ComponentChildren;
}

export function Link({ to, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
