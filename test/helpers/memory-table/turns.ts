import type { AroundCall } from './memory-table.ts';

/** What happens to one call: nothing, it never arrives, or its answer is lost. */
export type Mishap = 'none' | 'before' | 'after';

class MishapError extends Error {}

/** Whether it failed by a mishap, which ElectroDB passes on as a cause. */
export const isMishap = (error: unknown) =>
  error instanceof MishapError || (error instanceof Error && error.cause instanceof MishapError);

/**
 * Lets calls of several workers go one at a time, in the order that `choices` says, with `mishaps` in the order
 * of calls.
 */
export function createTurns(mishaps: readonly Mishap[], choices: Iterator<number>) {
  const waiting: (() => void)[] = [];
  let calls = 0;
  let failed = 0;
  const take = () => new Promise<void>((resolve) => waiting.push(resolve));

  const around: AroundCall = async (_, run) => {
    await take();
    const mishap = mishaps[calls] ?? 'none';
    calls += 1;
    if (mishap !== 'none') failed += 1;
    if (mishap === 'before') throw new MishapError('The call never arrived.');
    const answer = run();
    if (mishap === 'after') throw new MishapError('The answer was lost.');
    return answer;
  };

  async function play(workers: readonly (() => Promise<void>)[]): Promise<void> {
    let open = workers.length;
    const ends = workers.map((work) =>
      work().finally(() => {
        open -= 1;
      }),
    );
    const all = Promise.all(ends);
    all.catch(() => undefined);
    while (open > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const choice = Number(choices.next().value);
      waiting.splice(choice % Math.max(1, waiting.length), 1)[0]?.();
    }
    await all;
  }

  return {
    take,
    around,
    play,
    get mishaps() {
      return failed;
    },
  };
}
