import { createBatchRecords } from '../../../core/adapters/dynamodb/records/batch-records.ts';
import { createBatchTransactions } from '../../../core/adapters/dynamodb/records/batch-transactions.ts';
import { createLedger } from '../../../core/adapters/dynamodb/records/ledger.ts';
import { createJobCanceler, createWorkerJobs } from '../../../core/adapters/dynamodb/records/worker-jobs.ts';
import type { BatchMessage } from '../../../core/contracts/messages.ts';
import { divideIntoParts } from '../../../core/domain/batches/plan-batch.ts';
import {
  type ProcessBatchPartPorts,
  processBatchPart,
} from '../../../core/domain/batches/process-batch-part.ts';
import type { Batch } from '../../../core/domain/entities/batch.ts';
import { newId } from '../../../core/domain/entities/ids.ts';
import { createMediaWorld, OPTIONS } from './media-world.ts';
import type { AroundCall } from './memory-table.ts';

const model = { id: 'food', version: '1' };

/** Batches over a table in memory, with the workers of their jobs. */
export function createBatchWorld(around?: AroundCall) {
  const media = createMediaWorld(around);
  const { table, credits, jobs, analysisQueue } = media;
  const now = () => new Date();
  const batches = { ...createBatchRecords(table), ...createBatchTransactions(credits) };
  const told: BatchMessage[] = [];
  const ports = {
    batches,
    analysisQueue,
    now,
    openJobLimit: media.openJobLimit,
    ledger: createLedger(table, credits),
    uploads: media.uploads,
    jobs: { ...jobs, cancel: createJobCanceler(table, { now, credits }) },
    prices: { image: 750, videoFrame: 500, analysis: 10 },
    batchQueue: { send: async (messages: readonly BatchMessage[]) => void told.push(...messages) },
  };
  const worker = createWorkerJobs(table, {
    leaseSeconds: 120,
    now,
    credits,
    putLargeResult: () => Promise.reject(new Error('no result here is large')),
  });

  /** One whose jobs are still to be made. */
  async function plan(jobCount: number): Promise<Batch> {
    const id = newId('bat');
    const planned = Array.from({ length: jobCount }, (_, index) => ({
      id: newId('job'),
      mediaId: `image-${index}`,
      model,
    }));
    const parts = divideIntoParts(id, planned);
    const batch: Batch = {
      id,
      userId: 'usr_1',
      models: [model],
      options: OPTIONS,
      jobCount,
      partCount: parts.length,
      createdAt: now().toISOString(),
    };
    await batches.create(batch, parts, {});
    return batch;
  }

  return {
    media,
    table,
    batches,
    told,
    ports,
    worker,
    plan,
    process: ({ id: batchId }: Batch, changes: Partial<ProcessBatchPartPorts> = {}, part = 0) =>
      processBatchPart({ batchId, part, action: 'process' }, { ...ports, ...changes }),
    /** The jobs that stand in a part now. */
    async jobsOf({ id }: Batch, number = 0) {
      const part = await batches.findPart(id, number);
      return jobs.findAll(part?.jobs.map((each) => each.id) ?? []);
    },
  };
}
