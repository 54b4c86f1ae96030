import type { JobStatus } from '../../../contracts/http/jobs.ts';
import type { DeliveryMessage } from '../../../contracts/messages.ts';
import type { Job } from '../../../domain/entities/job.ts';
import type { Upload } from '../../../domain/entities/upload.ts';
import type { Change } from '../../../domain/events/announce-changes.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import { writeTransition } from './job-transitions.ts';
import { createUploadReader } from './upload-records.ts';

/** How many of each kind one reconciliation takes on; the next one goes on. The index holds keys only. */
const PAGE = { hydrate: true, limit: 200 } as const;
const FROM = { reconcileAt: '0' };
const until = (now: Date) => ({ reconcileAt: now.toISOString() });

const createJobList = (table: SegmentryTable) => async (status: JobStatus, now: Date) => {
  const { unreconciled } = table.entities.job.query;
  const { data } = await unreconciled({ status }).between(FROM, until(now)).go(PAGE);
  // The index may be a moment behind the jobs.
  return data.filter((job) => job.status === status);
};

/** Jobs that should have gone on by themselves. */
export function createStuckJobs(table: SegmentryTable) {
  const list = createJobList(table);

  return {
    listQueuedLong: (now: Date): Promise<Job[]> => list('queued', now),
    listOverrun: (now: Date): Promise<Job[]> => list('running', now),

    async postpone({ id, status }: Job, time: Date): Promise<void> {
      await table.entities.job
        .patch({ id })
        .set({ reconcileAt: time.toISOString(), announcement: 'pending' })
        .composite({ status })
        .go()
        .catch(unlessConditionFailed);
    },

    requeue: (job: Job, now: Date): Promise<boolean> =>
      writeTransition(table, { from: job, to: 'queued', set: {}, leaseOverAt: now.getTime() }),
  };
}

/** Batches whose end nobody has noticed, as far as can be told without counting. */
export function createLongOpenBatches({ entities: { batch } }: SegmentryTable) {
  return {
    async listLong(now: Date): Promise<string[]> {
      const { data } = await batch.query.unreconciled({ status: 'open' }).between(FROM, until(now)).go(PAGE);
      return data.map(({ id }) => id);
    },

    async postpone(id: string, time: Date): Promise<void> {
      await batch
        .patch({ id })
        .set({ reconcileAt: time.toISOString(), announcement: 'pending' })
        .composite({ status: 'open' })
        .go()
        .catch(unlessConditionFailed);
    },
  };
}

/** Uploads of which nothing has been taken in for long. */
export function createStalledUploads(table: SegmentryTable) {
  const { find } = createUploadReader(table);

  return async (now: Date): Promise<Upload[]> => {
    const { unreconciled } = table.entities.upload.query;
    const { data } = await unreconciled({ status: 'processing' }).between(FROM, until(now)).go(PAGE);
    const latest = await Promise.all(data.map(({ id }) => find(id)));
    return latest.filter((upload) => upload !== undefined).filter(({ status }) => status === 'processing');
  };
}

/** Records whose end was not announced in time, as changes that brought them there. */
export function createUnannouncedChanges(table: SegmentryTable) {
  const { batch, upload, webhook, creditAccount } = table.entities;
  const listJobs = createJobList(table);

  return async (now: Date): Promise<Change[]> => {
    const changes: Change[][] = [];
    for (const status of ['succeeded', 'failed', 'canceled'] as const) {
      const jobs = await listJobs(status, now);
      changes.push(jobs.map((after) => ({ entity: 'job', before: undefined, after })));
    }
    for (const status of ['done', 'failed'] as const) {
      const { data } = await upload.query.unreconciled({ status }).between(FROM, until(now)).go(PAGE);
      changes.push(data.map((after) => ({ entity: 'upload', before: undefined, after })));
    }
    const batches = await batch.query.unreconciled({ status: 'finished' }).between(FROM, until(now)).go(PAGE);
    changes.push(batches.data.map((after) => ({ entity: 'batch', before: undefined, after })));
    const webhooks = await webhook.query
      .unreconciled({ status: 'disabled' })
      .between(FROM, until(now))
      .go(PAGE);
    changes.push(webhooks.data.map((after) => ({ entity: 'webhook', before: undefined, after })));
    const accounts = await creditAccount.query
      .unreconciled({ status: 'low' })
      .between(FROM, until(now))
      .go(PAGE);
    changes.push(accounts.data.map((after) => ({ entity: 'creditAccount', before: undefined, after })));
    return changes.flat();
  };
}

/** How long a delivery's own message is waited for. */
const DELIVERY_PATIENCE_MS = 30_000;

export function createDueDeliveries({ entities: { delivery } }: SegmentryTable) {
  return async (now: Date): Promise<DeliveryMessage[]> => {
    const dueAt = new Date(now.getTime() - DELIVERY_PATIENCE_MS).toISOString();
    const { data } = await delivery.query
      .unreconciled({ status: 'pending' })
      .between({ dueAt: '0' }, { dueAt })
      .go(PAGE);
    return data.map(({ webhookId, id }) => ({ webhookId, deliveryId: id }));
  };
}
