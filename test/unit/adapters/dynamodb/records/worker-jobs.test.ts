import { beforeEach, expect, it } from 'vitest';
import { createCreditWriter } from '../../../../../core/adapters/dynamodb/records/credit-writer.ts';
import { createWorkerJobs } from '../../../../../core/adapters/dynamodb/records/worker-jobs.ts';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { MemoryTable } from '../../../../helpers/memory-table/memory-table.ts';
import { newJob } from '../../../../helpers/new-job.ts';

const memory = new MemoryTable();
const table = openTable(memory.client, 'table');
const now = () => new Date();
const credits = createCreditWriter(table, { terms: { initial: 0, low: 0 }, now });
const worker = createWorkerJobs(table, {
  leaseSeconds: 60,
  now,
  credits,
  putLargeResult: async (jobId) => jobId,
});

const calls: string[] = [];
beforeEach(() =>
  memory.reset(async (command, run) => {
    calls.push(command);
    return run();
  }),
);

/** @returns a queued job whose image is there. */
async function prepare(image: object = {}) {
  const job = newJob('usr_1');
  await table.entities.job.put(job).go();
  await table.entities.image
    .put({
      id: job.mediaId,
      userId: job.userId,
      sha256: '0'.repeat(64),
      filename: 'a.jpg',
      width: 4,
      height: 3,
      sizeBytes: 1,
      originalSizeBytes: 1,
      contentType: 'image/jpeg',
      uploadedAt: job.createdAt,
      modifiedAt: job.createdAt,
      ...image,
    })
    .go();
  calls.length = 0;
  return job;
}

it('takes a job and reads its image in two calls, where the message names both', async () => {
  const job = await prepare();
  const claimed = await worker.claim(job.id, job.mediaId);
  expect(claimed).toMatchObject({ id: job.id, status: 'running', image: { id: job.mediaId } });
  expect(calls).toEqual(['BatchGetCommand', 'TransactWriteCommand']);
});

it('gives no image that is over, nor one of another job', async () => {
  const over = await prepare({ expiresAt: '2020-01-01T00:00:00.000Z' });
  expect((await worker.claim(over.id, over.mediaId))?.image).toBeUndefined();
  const job = await prepare();
  const other = newJob('usr_1', { mediaId: 'another image' });
  await table.entities.job.put(other).go();
  expect((await worker.claim(other.id, job.mediaId))?.image).toBeUndefined();
});
