import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { removeOrphans } from '../../../../core/domain/cleanup/remove-orphans.ts';
import type { ObjectsToList } from '../../../../core/domain/entities/objects.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const minutesFrom = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

/** A bucket and the ids that are recorded. */
function createWorld(ids: readonly string[] = []) {
  const written = new Map<string, Date>();
  const recorded = new Set(ids);
  const ports = {
    listRecorded: async (_folder: string, asked: readonly string[]) =>
      new Set(asked.filter((id) => recorded.has(id))),
    objects: {
      list: async ({ folder, after = '', limit }: ObjectsToList) =>
        [...written]
          .filter(([key]) => key.startsWith(`${folder}/`) && key > after)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .slice(0, limit)
          .map(([key, writtenAt]) => ({ key, writtenAt })),
      remove: async (key: string) => void written.delete(key),
    },
  };
  const keys = () => [...written.keys()].sort();
  return { written, keys, run: (minutes: number) => removeOrphans(minutesFrom(minutes), ports) };
}

it('removes, within five minutes, what has no record and was not written just now', async () => {
  const { written, keys, run } = createWorld(['a1', 'b1', 'job_1']);
  const old = minutesFrom(-61);
  const kept = [
    'images/a1',
    'overlays/job_1.png',
    'results/job_1.json',
    'results/job_1/2.jsonl',
    'thumbnails/a1.webp',
    'videos/b1',
  ];
  const orphans = [
    'images/f2',
    'thumbnails/f2.webp',
    'videos/b2',
    'results/job_2/7.jsonl',
    'results/job_2.json',
    'overlays/job_2.png',
  ];
  for (const key of [...kept, ...orphans, 'models/food.onnx', 'archives/upl_1']) written.set(key, old);
  written.set('images/e3', minutesFrom(-59));
  const removed = [await run(0), await run(1), await run(2), await run(3), await run(4)];
  expect(removed.sort()).toEqual([1, 1, 1, 1, 2]);
  expect(keys()).toEqual([...kept, 'archives/upl_1', 'images/e3', 'models/food.onnx'].sort());
});

it('comes to every object of a folder that is larger than one look', async () => {
  const { written, run } = createWorld();
  for (let count = 0; count < 5000; count += 1) written.set(`images/${randomUUID()}`, minutesFrom(-100));
  let looks = 0;
  for (; written.size > 0 && looks < 200; looks += 1) await run(looks);
  expect(written.size).toBe(0);
  // Five would do if no two looked at the same; one in five is at this folder.
  expect(looks / 5).toBeLessThan(12);
});
