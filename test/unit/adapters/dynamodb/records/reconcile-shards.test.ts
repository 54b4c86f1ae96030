import { beforeEach, expect, it } from 'vitest';
import { createStuckJobs } from '../../../../../core/adapters/dynamodb/records/unreconciled-records.ts';
import { createOutbox } from '../../../../../core/adapters/dynamodb/stream/outbox.ts';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { MemoryTable } from '../../../../helpers/memory-table/memory-table.ts';
import { newJob } from '../../../../helpers/new-job.ts';

const memory = new MemoryTable();
const table = openTable(memory.client, 'table');
const stuck = createStuckJobs(table);

const JOBS = 64;
const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);

const prepareJobs = () =>
  Promise.all(
    Array.from({ length: JOBS }, async () => {
      const job = newJob('usr_1');
      await table.entities.job.put(job).go();
      return job;
    }),
  );

/** The keys of the reconciler's list that records stand under. */
const listKeys = () => new Set([...memory.items.values()].flatMap(({ gsi3pk }) => gsi3pk ?? []));

beforeEach(() => memory.reset(async (_, run) => run()));

it('jobs of one status lie under several keys, so that no key takes the writes of all', async () => {
  await prepareJobs();
  expect(listKeys().size).toBe(4);
});

it('the reconciler finds the jobs of all keys, and those that it looks at later when it is time', async () => {
  const jobs = await prepareJobs();
  const idsAt = async (time: Date) => (await stuck.listQueuedLong(time)).map(({ id }) => id).sort();
  const all = jobs.map(({ id }) => id).sort();
  expect(await idsAt(new Date())).toEqual([]);
  expect(await idsAt(inHours(1))).toEqual(all);
  for (const job of jobs) await stuck.postpone(job, inHours(2));
  expect(await idsAt(inHours(1))).toEqual([]);
  expect(await idsAt(inHours(3))).toEqual(all);
});

it('what is announced stands under no key any more', async () => {
  const changes = (await prepareJobs()).map(
    (after) => ({ entity: 'job', before: undefined, after }) as const,
  );
  await createOutbox(table).settle(changes);
  expect(listKeys().size).toBe(0);
});

it('what has changed again is left to be announced, and keeps nothing else from being settled', async () => {
  const jobs = await prepareJobs();
  const [changed] = jobs;
  if (changed === undefined) throw new Error('There are no jobs.');
  await table.entities.job.patch({ id: changed.id }).set({ status: 'running' }).go();
  const changes = [...jobs, ...jobs].map((after) => ({ entity: 'job', before: undefined, after }) as const);
  await createOutbox(table).settle(changes);
  expect(listKeys().size).toBe(1);
});
