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
  const claimed = await worker.claim({ jobId: job.id, mediaId: job.mediaId });
  expect(claimed).toMatchObject({ id: job.id, status: 'running', image: { id: job.mediaId } });
  expect(calls).toEqual(['BatchGetCommand', 'TransactWriteCommand']);
});

it('takes a job that was just made in one call, where the message knows its image', async () => {
  const job = await prepare();
  const known = { jobId: job.id, mediaId: job.mediaId, sha256: 'a' };
  const claimed = await worker.claim(known);
  expect(claimed).toMatchObject({
    ...{ id: job.id, userId: job.userId, status: 'running', attempts: 1 },
    image: { id: job.mediaId, sha256: 'a' },
  });
  expect(calls).toEqual(['UpdateCommand']);
  await expect(worker.claim(known)).rejects.toThrow('held by another worker');
});

it.each([
  ['that was tried before', { attempts: 1 }, 2],
  ['of a batch', { batch: { id: 'bat_1', shard: 0 } }, 1],
  ['of another image', { mediaId: 'another image' }, 1],
])('reads a job %s, whatever the message knows', async (_, kind, attempts) => {
  const { mediaId } = await prepare();
  const job = newJob('usr_1', { mediaId, ...kind });
  await table.entities.job.put(job).go();
  const counts = { queued: 1, running: 0, succeeded: 0, failed: 0, canceled: 0 };
  await table.entities.batchCounter.put({ batchId: 'bat_1', shard: 0, ...counts }).go();
  const claimed = await worker.claim({ jobId: job.id, mediaId, sha256: 'a' });
  expect(claimed).toMatchObject({ id: job.id, status: 'running', attempts });
  expect(claimed?.image?.sha256).not.toBe('a');
});

it('takes a job whose claim was written and not answered', async () => {
  let isLost = true;
  memory.reset(async (command, run) => {
    const answer = run();
    if (command !== 'UpdateCommand' || !isLost) return answer;
    isLost = false;
    // As the SDK does of itself.
    return run();
  });
  const job = await prepare();
  const fixed = new Date();
  const jobs = createWorkerJobs(table, {
    leaseSeconds: 60,
    now: () => fixed,
    credits,
    putLargeResult: async (jobId) => jobId,
  });
  const claimed = await jobs.claim({ jobId: job.id, mediaId: job.mediaId, sha256: 'a' });
  expect(claimed).toMatchObject({ id: job.id, status: 'running', attempts: 1, image: { id: job.mediaId } });
});

it('gives no image that is over, nor one of another job', async () => {
  const over = await prepare({ expiresAt: '2020-01-01T00:00:00.000Z' });
  expect((await worker.claim({ jobId: over.id, mediaId: over.mediaId }))?.image).toBeUndefined();
  const job = await prepare();
  const other = newJob('usr_1', { mediaId: 'another image' });
  await table.entities.job.put(other).go();
  expect((await worker.claim({ jobId: other.id, mediaId: job.mediaId }))?.image).toBeUndefined();
});
