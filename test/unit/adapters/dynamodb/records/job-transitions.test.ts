import { beforeEach, describe, expect, it } from 'vitest';
import { createCreditWriter } from '../../../../../core/adapters/dynamodb/records/credit-writer.ts';
import {
  writeRefundedEnd,
  writeTransition,
} from '../../../../../core/adapters/dynamodb/records/job-transitions.ts';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { JobStatus } from '../../../../../core/contracts/http/jobs.ts';
import { IllegalTransitionError, JOB_TRANSITIONS } from '../../../../../core/domain/entities/job.ts';
import { MemoryTable } from '../../../../helpers/memory-table/memory-table.ts';
import { newJob } from '../../../../helpers/new-job.ts';

const memory = new MemoryTable();
const table = openTable(memory.client, 'table');
const credits = createCreditWriter(table, { terms: { initial: 0, low: 0 }, now: () => new Date() });

beforeEach(() => memory.reset(async (_, run) => run()));

async function prepareJob(status: JobStatus) {
  const job = newJob('usr_1', { status, attempts: 1 });
  await table.entities.job.put(job).go();
  return job;
}

const ways = JobStatus.options.flatMap((from) => JobStatus.options.map((to) => ({ from, to })));
const isAllowed = ({ from, to }: (typeof ways)[number]) =>
  (JOB_TRANSITIONS[from] as readonly JobStatus[]).includes(to);

describe('a transition', () => {
  it.each(ways.filter(isAllowed))('from $from to $to is written', async ({ from, to }) => {
    const job = await prepareJob(from);
    expect(await writeTransition(table, { from: job, to, set: {} })).toBe(true);
    const { data } = await table.entities.job.get({ id: job.id }).go();
    expect(data?.status).toBe(to);
  });

  it.each(ways.filter((way) => !isAllowed(way)))('from $from to $to is refused', async ({ from, to }) => {
    const job = await prepareJob(from);
    const before = structuredClone(memory.items);
    await expect(writeTransition(table, { from: job, to, set: {} })).rejects.toThrow(IllegalTransitionError);
    await expect(writeRefundedEnd(credits, { from: job, to, set: {} }, 'canceled')).rejects.toThrow(
      `Job ${job.id} is ${from} and may not become ${to}.`,
    );
    expect(memory.items).toEqual(before);
  });
});
