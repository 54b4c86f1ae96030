import { expect, it } from 'vitest';
import { countInMemory } from '../../../bench/calls/count-in-memory.ts';

/** Who asks, the account, and what the bytes are, in one read; and the webhooks of the user, once for what comes together. */
const NOT_IN_MEMORY = 2;
const MOST = 10;

const sumOf = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((sum, each) => sum + each, 0);

it('an image asks AWS for nothing twice: three calls of its upload, three of its analysis, two of its announcement', async () => {
  const counts = await countInMemory(1);
  expect(Object.fromEntries(counts)).toEqual({
    'upload-image put': 1,
    'upload-image TransactWrite': 1,
    'upload-image send': 1,
    'analyze-image Update': 1,
    'analyze-image TransactWrite': 1,
    'analyze-image get': 1,
    'announce-changes PublishBatch': 1,
    'announce-changes Update': 1,
  });
  expect(sumOf(counts) + NOT_IN_MEMORY).toBeLessThanOrEqual(MOST);
});

it('takes no more of them for each of many, and fewer where ends come together', async () => {
  const [few, many] = [sumOf(await countInMemory(10, 1)) / 10, sumOf(await countInMemory(200, 1)) / 200];
  expect(Math.abs(many / few - 1)).toBeLessThan(0.02);
  expect(sumOf(await countInMemory(200, 100)) / 200).toBeLessThan(many - 1.5);
});
