import { expect, it } from 'vitest';
import { createWorkerJobs } from '../../../../core/adapters/dynamodb/records/worker-jobs.ts';
import type { RequestOrigin } from '../../../../core/domain/entities/ids.ts';
import { uploadImage } from '../../../../core/domain/media/upload-image.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../../helpers/memory-table/media-world.ts';

const principal = { userId: 'usr_1', role: 'user', scopes: ['write'] } as const;

function createWorld() {
  const world = createMediaWorld();
  const { ports, images, jobs, datasets, analysisQueue } = world;
  const all = { ...ports, images, jobs, datasets, analysisQueue, openJobLimit: 2, hasGpu: false };
  const models = { list: async () => [{ ...MODEL, status: 'available', registeredAt: '' }] } as never;
  const ask = (origin: RequestOrigin | undefined, openJobs = 0) =>
    uploadImage(
      {
        bytes: new Uint8Array([1, 2, 3]),
        filename: 'a.jpg',
        models: ['food'],
        keep: 'compressed',
        options: OPTIONS,
      },
      { principal, origin, prefetched: { openJobs } } as never,
      { ...all, models },
    );
  return { ...world, ask };
}

it('stores and charges once what is sent again because the answer was lost', async () => {
  const { ask, itemsOf, sent, objects } = createWorld();
  const first = await ask({ id: 'o', isRepeat: false });
  const again = await ask({ id: 'o', isRepeat: true }, 2);
  expect(again.image.id).toBe(first.image.id);
  expect(again.jobs.map(({ id }) => id)).toEqual(first.jobs.map(({ id }) => id));
  expect(itemsOf('job')).toHaveLength(1);
  expect(itemsOf('creditEntry').filter(({ kind }) => kind === 'debit')).toHaveLength(1);
  expect(sent).toHaveLength(2);
  expect([...objects.keys()]).toEqual([`images/${first.image.id}`]);
});

it('keeps the object where the same request runs twice at once', async () => {
  const { ask, itemsOf, objects } = createWorld();
  const origin = { id: 'o', isRepeat: false };
  const [a, b] = await Promise.all([ask(origin), ask(origin)]);
  expect(a.image.id).toBe(b.image.id);
  expect(itemsOf('image')).toHaveLength(1);
  expect([...objects.keys()]).toEqual([`images/${a.image.id}`]);
});

it('says of a repeat what has become of its jobs meanwhile', async () => {
  const { ask, table, credits } = createWorld();
  const now = () => new Date();
  const { jobs } = await ask({ id: 'o', isRepeat: false });
  const worker = createWorkerJobs(table, { leaseSeconds: 9, now, credits, putLargeResult: async () => '' });
  await worker.claim({ jobId: jobs[0]?.id ?? '' });
  expect((await ask({ id: 'o', isRepeat: true })).jobs).toMatchObject([{ status: 'running' }]);
});

it('reads nothing of the bytes and the account that came with who asks, and reads anew where that has changed', async () => {
  const { ports, images, jobs, datasets, analysisQueue, memory } = createMediaWorld();
  const calls: string[] = [];
  memory.reset(async (command, run) => {
    calls.push(command);
    return run();
  });
  const models = { list: async () => [{ ...MODEL, status: 'available', registeredAt: '' }] } as never;
  const all = { ...ports, images, jobs, datasets, analysisQueue, openJobLimit: 9, models, hasGpu: false };
  const ask = (id: string) =>
    uploadImage(
      {
        bytes: new Uint8Array([1, 2, 3]),
        filename: 'a.jpg',
        models: ['food'],
        keep: 'compressed',
        options: OPTIONS,
        isContentPrefetched: true,
      },
      {
        principal,
        origin: { id, isRepeat: false },
        prefetched: { openJobs: 0, content: undefined, credits: { userId: 'usr_1' } },
      } as never,
      all,
    );
  const first = await ask('one');
  expect(calls).toEqual(['TransactWriteCommand']);
  // By then the bytes are an image, and the account is open.
  const second = await ask('two');
  expect(second.image.id).toBe(first.image.id);
});
