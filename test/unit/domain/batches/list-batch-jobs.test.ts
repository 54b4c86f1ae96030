import { expect, it } from 'vitest';
import { listBatchJobs } from '../../../../core/domain/batches/list-batch-jobs.ts';
import type { Batch } from '../../../../core/domain/entities/batch.ts';
import { createBatchWorld } from '../../../helpers/memory-table/batch-world.ts';

const principal = { userId: 'usr_1', role: 'user', scopes: ['read'] } as const;

async function list({ batches, media }: ReturnType<typeof createBatchWorld>, { id }: Batch) {
  const prefetched = { batch: await batches.find(id), batchPart: await batches.findPart(id, 0) };
  const context = { principal, prefetched } as never;
  const { items } = await listBatchJobs(id, { limit: 100 }, context, { jobs: media.jobs });
  return items.map(({ status }) => status);
}

it('lists jobs that are still to be made as queued', async () => {
  const world = createBatchWorld();
  expect(await list(world, await world.plan(3))).toEqual(['queued', 'queued', 'queued']);
});

it('does not list a finished job whose image was deleted, least of all as queued', async () => {
  const world = createBatchWorld();
  const batch = await world.plan(3);
  await world.process(batch);
  const [first] = await world.jobsOf(batch);
  const claimed = await world.worker.claim({ jobId: first?.id ?? '' });
  if (claimed === undefined) throw new Error('The job is not to be had.');
  await world.worker.fail(claimed, { code: 'damaged_image', detail: 'damaged' });
  expect(await list(world, batch)).toEqual(['failed', 'queued', 'queued']);
  await world.table.entities.job.delete({ id: claimed.id }).go();
  expect(await list(world, batch)).toEqual(['queued', 'queued']);
});
