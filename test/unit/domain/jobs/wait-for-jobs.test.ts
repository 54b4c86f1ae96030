import { expect, it } from 'vitest';
import type { Job } from '../../../../core/domain/entities/job.ts';
import { waitForJobs } from '../../../../core/domain/jobs/wait-for-jobs.ts';

const job = (id: string, status: Job['status']) => ({ id, status }) as Job;

/** A clock that only sleeping moves; the second job ends at `endsAtMs`. */
function createWorld(endsAtMs: number) {
  const world = { nowMs: 0, looks: 0 };
  return {
    world,
    ports: {
      now: () => new Date(world.nowMs),
      sleep: async (milliseconds: number) => {
        world.nowMs += milliseconds;
      },
      jobs: {
        findAll: async () => {
          world.looks += 1;
          return [job('a', 'failed'), job('b', world.nowMs >= endsAtMs ? 'succeeded' : 'running')];
        },
      },
    },
  };
}
const open = [job('a', 'queued'), job('b', 'queued')];

it('waits until every job has ended, whichever way', async () => {
  const { world, ports } = createWorld(3000);
  const jobs = await waitForJobs(open, 10, ports);
  expect(jobs.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  expect(world.nowMs).toBeGreaterThanOrEqual(3000);
  expect(world.nowMs).toBeLessThanOrEqual(3500);
});

it('gives up in time, with the jobs as they are then', async () => {
  const { world, ports } = createWorld(60_000);
  const jobs = await waitForJobs(open, 2, ports);
  expect(jobs.map(({ status }) => status)).toEqual(['failed', 'running']);
  expect(world.nowMs).toBe(2000);
});

it('looks not once where nothing is to be waited for', async () => {
  const { world, ports } = createWorld(0);
  expect(await waitForJobs(open, 0, ports)).toBe(open);
  expect(await waitForJobs([], 10, ports)).toEqual([]);
  await waitForJobs([job('a', 'canceled')], 10, ports);
  expect(world.looks).toBe(0);
});
