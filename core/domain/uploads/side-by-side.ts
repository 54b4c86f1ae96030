/** How much is worked on at a time. */
export interface Room<Item> {
  readonly items: number;
  /** Of all of them together; what is larger alone has the room for itself. */
  readonly bytes: number;
  readonly bytesOf: (item: Item) => number;
}

/**
 * Works on items side by side, begun in the order in which they come, while there is room.
 * @returns the results in that order.
 * @throws the first failure, after which nothing more is begun, when all that had begun has ended.
 */
export async function workSideBySide<Item, Result>(
  items: AsyncIterable<Item>,
  room: Room<Item>,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const running = new Set<Promise<void>>();
  const results: Result[] = [];
  const failures: unknown[] = [];
  let bytesRunning = 0;
  let begun = 0;

  async function run(item: Item, place: number, bytes: number): Promise<void> {
    bytesRunning += bytes;
    try {
      results[place] = await work(item);
    } catch (error) {
      failures.push(error);
    }
    bytesRunning -= bytes;
  }

  for await (const item of items) {
    const bytes = room.bytesOf(item);
    const isFull = () => running.size >= room.items || bytesRunning + bytes > room.bytes;
    while (running.size > 0 && isFull()) await Promise.race(running);
    if (failures.length > 0) break;
    const task: Promise<void> = run(item, begun, bytes).finally(() => running.delete(task));
    running.add(task);
    begun += 1;
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return results;
}

/** A place in a row of those who work side by side, for what they do one after another. */
export interface Place {
  /** When all before it have left. */
  readonly reached: Promise<void>;
  leave(): void;
}

/** @returns gives places, in the order in which they are taken. */
export function createRow(): () => Place {
  let last = Promise.resolve();
  return () => {
    const reached = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = reached.then(() => promise);
    return { reached, leave: resolve };
  };
}
