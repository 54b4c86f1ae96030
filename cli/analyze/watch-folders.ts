import { setTimeout as pause } from 'node:timers/promises';
import type { Input } from './find-inputs.ts';

const LOOK_MS = 1_000;

/** What is in the folders, and what comes: a file once two looks in a row have seen it the same. */
export async function* watchFolders(
  find: () => readonly Input[],
  { signal, onFound }: { signal: AbortSignal; onFound: (count: number) => void },
): AsyncGenerator<Input> {
  const given = new Set<string>();
  let before = new Set<string>();
  while (!signal.aborted) {
    const inputs = find();
    const settled = inputs.filter(({ id }) => before.has(id) && !given.has(id));
    for (const { id } of settled) given.add(id);
    onFound(given.size);
    yield* settled;
    before = new Set(inputs.map(({ id }) => id));
    await pause(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
