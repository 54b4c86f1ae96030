import { expect, it } from 'vitest';
import { createRow, workSideBySide } from '../../../../core/domain/uploads/side-by-side.ts';

async function* from(sizes: readonly number[]): AsyncIterable<number> {
  yield* sizes;
}

/** Works on each until it is told to end. @returns what was running together at most. */
async function watch(sizes: readonly number[], room: { items: number; bytes: number }) {
  const running: number[] = [];
  const most = { items: 0, bytes: 0 };
  const results = await workSideBySide(from(sizes), { ...room, bytesOf: (size) => size }, async (size) => {
    running.push(size);
    most.items = Math.max(most.items, running.length);
    most.bytes = Math.max(
      most.bytes,
      running.reduce((sum, each) => sum + each, 0),
    );
    // The later, the sooner.
    for (let turn = 0; turn < 100 - size; turn += 1) await Promise.resolve();
    running.splice(running.indexOf(size), 1);
    return `${size}`;
  });
  return { results, most };
}

it('works on as many as there is room for, and gives the results in order', async () => {
  const { results, most } = await watch([1, 2, 3, 4, 5, 6, 7], { items: 3, bytes: 100 });
  expect(results).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  expect(most.items).toBe(3);
});

it('never has more bytes at hand than there is room for, but of one that is larger alone', async () => {
  expect((await watch([30, 30, 30, 30], { items: 4, bytes: 60 })).most).toEqual({ items: 2, bytes: 60 });
  expect((await watch([10, 90, 10], { items: 4, bytes: 60 })).most).toEqual({ items: 1, bytes: 90 });
});

it('begins nothing after a failure, and fails when all that had begun has ended', async () => {
  const ended: number[] = [];
  const working = workSideBySide(
    from([1, 2, 3, 4]),
    { items: 2, bytes: 9, bytesOf: () => 1 },
    async (item) => {
      for (let turn = 0; turn < 30 * item; turn += 1) await Promise.resolve();
      if (item === 1) throw new Error('one is broken');
      ended.push(item);
    },
  );
  await expect(working).rejects.toThrow('one is broken');
  expect(ended).toEqual([2]);
});

it('gives places in a row, which whoever leaves early passes on', async () => {
  const takePlace = createRow();
  const [first, second, third] = [takePlace(), takePlace(), takePlace()];
  const seen: string[] = [];
  void third.reached.then(() => seen.push('third'));
  void second.reached.then(() => seen.push('second'));
  second.leave();
  await new Promise(setImmediate);
  expect(seen).toEqual([]);
  first.leave();
  await third.reached;
  expect(seen).toEqual(['second', 'third']);
});
