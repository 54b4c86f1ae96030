import { expect, it } from 'vitest';
import { readAhead } from '../../../../../core/domain/batches/export/read-ahead.ts';

/** Counts up to `last`, noting what has been asked for; fails at `failing`. */
async function* count(asked: (number | 'closed')[], { last = 3, failing = 0 } = {}) {
  try {
    for (let item = 1; item <= last; item += 1) {
      asked.push(item);
      if (item === failing) throw new Error(`${item} can't be read.`);
      yield item;
    }
  } finally {
    asked.push('closed');
  }
}

it('gives all items in order, each while the next is being read', async () => {
  const asked: (number | 'closed')[] = [];
  const seen: unknown[] = [];
  for await (const item of readAhead(count(asked))) seen.push([item, asked.at(-1)]);
  expect(seen).toEqual([
    [1, 2],
    [2, 3],
    [3, 'closed'],
  ]);
});

it('fails where an item can not be read, after those before it', async () => {
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of readAhead(count([], { failing: 3 }))) seen.push(item);
  })();
  await expect(reading).rejects.toThrow("3 can't be read.");
  expect(seen).toEqual([1, 2]);
});

it('reads no more once its reader stops', async () => {
  const asked: (number | 'closed')[] = [];
  for await (const item of readAhead(count(asked, { last: 9 }))) if (item === 2) break;
  expect(asked).toEqual([1, 2, 3, 'closed']);
});
