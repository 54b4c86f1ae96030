import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface List<Item> {
  readonly items: readonly Item[] | undefined;
  /** Whether there are no more than these. */
  readonly isWhole: boolean;
  readonly error: unknown;
  readonly isLoading: boolean;
  reload(): void;
  set(items: readonly Item[]): void;
}

/** A list that is read on and on, and how much of it has been read. */
interface Reading<Item> {
  readonly rest: AsyncIterator<Item>;
  items: readonly Item[];
  isWhole: boolean;
  /** One who wants more waits for who wanted some before. */
  busy: Promise<unknown>;
}

type State<Item> = Pick<List<Item>, 'items' | 'isWhole' | 'error' | 'isLoading'>;

/**
 * The first items of a list: as many as are wanted, or all there are. Who wants more later gets those after them and no
 * other again; changed `inputs` and `reload` begin anew. What was there stays until the new is.
 */
export function useList<Item>(
  open: (signal: AbortSignal) => AsyncIterable<Item>,
  wanted: number,
  inputs: readonly unknown[],
): List<Item> {
  const [state, setState] = useState<State<Item>>(NOTHING_YET);
  const [round, setRound] = useState(0);
  const latest = useRef(open);
  latest.current = open;
  const reading = useRef<Reading<Item>>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    reading.current = begin(latest.current(controller.signal));
    return () => {
      reading.current = undefined;
      controller.abort();
    };
    // The inputs say when to begin anew; the function itself is made anew by each render.
  }, [...inputs, round]);
  useEffect(() => {
    const current = reading.current;
    if (current === undefined) return;
    const tell = (change: Partial<State<Item>>) => {
      if (reading.current === current) setState((before) => ({ ...before, ...change }));
    };
    tell({ isLoading: true });
    const read = current.busy.then(() => readOn(current, wanted));
    // After a failure there is no reading on: the list begins anew, or stays as it is.
    current.busy = read;
    read.then(
      ({ items, isWhole }) => tell({ items, isWhole, error: undefined, isLoading: false }),
      (error) => tell({ error, isLoading: false }),
    );
  }, [...inputs, round, wanted]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const set = useCallback((items: readonly Item[]) => {
    if (reading.current !== undefined) reading.current.items = items;
    setState((before) => ({ ...before, items }));
  }, []);
  return { ...state, reload, set };
}

const NOTHING_YET = { items: undefined, isWhole: false, error: undefined, isLoading: true };

const begin = <Item>(list: AsyncIterable<Item>): Reading<Item> => ({
  rest: list[Symbol.asyncIterator](),
  items: [],
  isWhole: false,
  busy: Promise.resolve(),
});

async function readOn<Item>(reading: Reading<Item>, wanted: number): Promise<Reading<Item>> {
  const items = [...reading.items];
  while (!reading.isWhole && items.length < wanted) {
    const { done, value } = await reading.rest.next();
    if (done === true) reading.isWhole = true;
    else items.push(value);
  }
  reading.items = items;
  return reading;
}
