import { expect, it } from 'vitest';
import { cancelBatch, retryBatch } from '../../../../core/domain/batches/control-batch.ts';
import { finishBatch } from '../../../../core/domain/batches/finish-batch.ts';
import type { Batch } from '../../../../core/domain/entities/batch.ts';
import type { Job } from '../../../../core/domain/entities/job.ts';
import { createBatchWorld } from '../../../helpers/memory-table/batch-world.ts';

const owner = { userId: 'usr_1', role: 'user', scopes: ['write'] } as const;
const asking = { principal: owner, prefetched: { openJobs: 0 } };
const FAILURE = { code: 'unsupported_image', detail: 'no image' };

type World = ReturnType<typeof createBatchWorld>;
const statuses = (jobs: readonly Job[]) => jobs.map(({ status }) => status);
const failAll = async ({ worker, jobsOf }: World, batch: Batch) => {
  for (const { id } of await jobsOf(batch)) {
    const job = await worker.claim({ jobId: id });
    if (job !== undefined) await worker.fail(job, FAILURE);
  }
};

it('cancels also the jobs that workers claim between the reading and the cancel', async () => {
  const world = createBatchWorld();
  const { ports, worker, plan, process, jobsOf } = world;
  const batch = await plan(4);
  await process(batch);
  await cancelBatch(batch.id, owner, ports);
  let claims = 0;
  const cancel = async (job: Job) => {
    if (claims < 2) await worker.claim({ jobId: job.id });
    claims += 1;
    return ports.jobs.cancel(job);
  };
  await process(batch, { jobs: { ...ports.jobs, cancel } });
  expect(statuses(await jobsOf(batch))).toEqual(Array(4).fill('canceled'));
});

it('makes no job behind the back of a cancel, wherever it comes between', async () => {
  for (let call = 1; call < 30; call += 1) {
    let calls = 0;
    let meanwhile: (() => Promise<unknown>) | undefined;
    const world = createBatchWorld(async (_, run) => {
      calls += 1;
      if (calls === call) {
        const act = meanwhile;
        meanwhile = undefined;
        await act?.();
      }
      return run();
    });
    const batch = await world.plan(3);
    calls = 0;
    meanwhile = async () => {
      await cancelBatch(batch.id, owner, world.ports);
      await world.process(batch);
    };
    await world.process(batch);
    if (meanwhile !== undefined) return;
    expect(statuses(await world.jobsOf(batch)), `before call ${call}`).toEqual(Array(3).fill('canceled'));
  }
  expect.fail('the cancel never came too late');
});

it('retries no more jobs than their user may have open', async () => {
  const world = createBatchWorld();
  const { ports, media, plan, process, jobsOf } = world;
  const batch = await plan(3);
  await process(batch);
  await failAll(world, batch);
  const openJobs = await media.countOpenJobs('usr_1');
  const retry = (openJobLimit: number) =>
    retryBatch(batch.id, { principal: owner, prefetched: { openJobs } }, { ...ports, openJobLimit });
  await expect(retry(2)).rejects.toMatchObject({ code: 'too_many_open_jobs' });
  await process(batch);
  expect(statuses(await jobsOf(batch))).toEqual(Array(3).fill('failed'));
  await retry(3);
  await process(batch);
  expect(await media.countOpenJobs('usr_1')).toBe(3);
});

it('obeys what was asked last, in whatever order messages come', async () => {
  const world = createBatchWorld();
  const { ports, plan, process, jobsOf } = world;
  const batch = await plan(3);
  await process(batch);
  await failAll(world, batch);
  await retryBatch(batch.id, asking, ports);
  await cancelBatch(batch.id, owner, ports);
  // Both messages come after both requests: the retry's must not bring on what is canceled.
  await process(batch);
  await process(batch);
  expect(statuses(await jobsOf(batch))).toEqual(Array(3).fill('failed'));
  await retryBatch(batch.id, asking, ports);
  await process(batch);
  expect(statuses(await jobsOf(batch))).toEqual(Array(3).fill('queued'));
});

it('retries once what has failed before, however often its message comes', async () => {
  const world = createBatchWorld();
  const { ports, plan, process, jobsOf, media } = world;
  const batch = await plan(90);
  await process(batch);
  await failAll(world, batch);
  await retryBatch(batch.id, asking, ports);
  await process(batch);
  await failAll(world, batch);
  await process(batch);
  await process(batch);
  expect(new Set(statuses(await jobsOf(batch)))).toEqual(new Set(['failed']));
  expect(media.itemsOf('job')).toHaveLength(180);
});

it('retries once also where the worker dies between two of its transactions', async () => {
  let lives = Number.POSITIVE_INFINITY;
  const world = createBatchWorld(async (command, run) => {
    if (command === 'TransactWriteCommand') lives -= 1;
    if (lives < 0) throw new Error('killed');
    return run();
  });
  const { ports, plan, process, media } = world;
  const batch = await plan(90);
  await process(batch);
  await failAll(world, batch);
  await retryBatch(batch.id, asking, ports);
  lives = 1;
  await expect(process(batch)).rejects.toThrow('killed');
  lives = Number.POSITIVE_INFINITY;
  await failAll(world, batch);
  await process(batch);
  await failAll(world, batch);
  await process(batch);
  expect(media.itemsOf('job')).toHaveLength(180);
});

it('ends a batch for whose retry there was nothing to pay with', async () => {
  const world = createBatchWorld();
  const { ports, plan, process, batches, media } = world;
  const batch = await plan(2);
  await process(batch);
  await failAll(world, batch);
  await finishBatch(batch.id, ports);
  await retryBatch(batch.id, asking, ports);
  await process(batch, { prices: { ...ports.prices, analysis: 1e9 } });
  expect(media.itemsOf('batch')).toMatchObject([{ status: 'finished' }]);
  expect(await batches.counts(batch.id)).toMatchObject({ failed: 2, queued: 0 });
});

it('does not end a batch that is retried between the count and the end', async () => {
  const world = createBatchWorld();
  const { ports, plan, process, batches, media } = world;
  const batch = await plan(2);
  await process(batch);
  await failAll(world, batch);
  const markFinished: typeof batches.markFinished = async (...given) => {
    await retryBatch(batch.id, asking, ports);
    await process(batch);
    await batches.markFinished(...given);
  };
  await finishBatch(batch.id, { ...ports, batches: { ...batches, markFinished } });
  expect(media.itemsOf('batch')).toMatchObject([{ status: 'open' }]);
  await failAll(world, batch);
  await finishBatch(batch.id, ports);
  expect(media.itemsOf('batch')).toMatchObject([{ status: 'finished', finalCounts: { failed: 2 } }]);
});

it('does not end a batch whose retry has still to be worked on', async () => {
  const world = createBatchWorld();
  const { ports, plan, process, media } = world;
  const batch = await plan(2);
  await process(batch);
  await failAll(world, batch);
  await retryBatch(batch.id, asking, ports);
  expect(await finishBatch(batch.id, ports)).toBe(false);
  expect(media.itemsOf('batch')).toMatchObject([{ status: 'open' }]);
});
