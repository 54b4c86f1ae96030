import type { JobStatus } from '../../../contracts/http/jobs.ts';
import type { Job } from '../../../domain/entities/job.ts';
import type { Upload } from '../../../domain/entities/upload.ts';
import type { Change } from '../../../domain/events/announce-changes.ts';
import type { QueuedDelivery } from '../../../domain/webhooks/plan-deliveries.ts';
import { pickReconcileShard, RECONCILE_SHARDS } from '../entities/outbox-attributes.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';
import { writeTransition } from './job-transitions.ts';
import { createUploadReader } from './upload-records.ts';

/** How many of each kind and shard one reconciliation takes on; the next one goes on. The index holds keys only. */
const PAGE = { hydrate: true, limit: 200 } as const;
/** When and where a record is looked at next. */
const lookAt = (time: Date) => ({
  reconcileAt: time.toISOString(),
  reconcileShard: pickReconcileShard(),
  announcement: 'pending' as const,
});

/** What a query finds in all shards. */
async function inAllShards<Item>(
  find: (shard: { reconcileShard: number }) => Promise<{ data: Item[] }>,
): Promise<Item[]> {
  const found = await Promise.all(RECONCILE_SHARDS.map((reconcileShard) => find({ reconcileShard })));
  return found.flatMap(({ data }) => data);
}

type Moment = { readonly reconcileAt: string };

/** A kind's index of what is to be looked at. */
type Unreconciled<Status extends string, Item> = (key: { status: Status; reconcileShard: number }) => {
  between(from: Moment, to: Moment): { go(options: typeof PAGE): Promise<{ data: Item[] }> };
};

/** Records of a status that are due by `now`, in all shards. */
const listDue = <Status extends string, Item>(
  unreconciled: Unreconciled<NoInfer<Status>, Item>,
  status: Status,
  now: Date,
): Promise<Item[]> =>
  inAllShards((shard) =>
    unreconciled({ status, ...shard })
      .between({ reconcileAt: '0' }, { reconcileAt: now.toISOString() })
      .go(PAGE),
  );

const createJobList = (table: SegmentryTable) => async (status: JobStatus, now: Date) => {
  const jobs = await listDue(table.entities.job.query.unreconciled, status, now);
  // The index may be a moment behind the jobs.
  return jobs.filter((job) => job.status === status);
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
        .set(lookAt(time))
        .composite({ status })
        .go()
        .catch(unlessConditionFailed);
    },

    requeue: (job: Job, now: Date): Promise<boolean> =>
      writeTransition(table, { from: job, to: 'queued', set: {}, leaseOverAt: now.getTime() }),
  };
}

/** Batches that may have finished unnoticed: they have been open for long. */
export function createLongOpenBatches({ entities: { batch } }: SegmentryTable) {
  return {
    async listLong(now: Date): Promise<string[]> {
      const batches = await listDue(batch.query.unreconciled, 'open', now);
      return batches.map(({ id }) => id);
    },

    async postpone(id: string, time: Date): Promise<void> {
      await batch
        .patch({ id })
        .set(lookAt(time))
        .composite({ status: 'open' })
        .go()
        .catch(unlessConditionFailed);
    },
  };
}

/** Uploads of which nothing has been taken in for long, or ever. */
export function createStalledUploads(table: SegmentryTable) {
  const { find } = createUploadReader(table);

  return async (now: Date): Promise<Upload[]> => {
    const list = async (status: 'waiting' | 'processing') => {
      const uploads = await listDue(table.entities.upload.query.unreconciled, status, now);
      const latest = await Promise.all(uploads.map(({ id }) => find(id)));
      return latest.filter((upload) => upload !== undefined).filter((upload) => upload.status === status);
    };
    return [...(await list('processing')), ...(await list('waiting'))];
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
      const uploads = await listDue(upload.query.unreconciled, status, now);
      changes.push(uploads.map((after) => ({ entity: 'upload', before: undefined, after })));
    }
    const batches = await listDue(batch.query.unreconciled, 'finished', now);
    changes.push(batches.map((after) => ({ entity: 'batch', before: undefined, after })));
    const webhooks = await listDue(webhook.query.unreconciled, 'disabled', now);
    changes.push(webhooks.map((after) => ({ entity: 'webhook', before: undefined, after })));
    const accounts = await listDue(creditAccount.query.unreconciled, 'low', now);
    changes.push(accounts.map((after) => ({ entity: 'creditAccount', before: undefined, after })));
    return changes.flat();
  };
}

/** How long a delivery's own message is waited for. */
const DELIVERY_PATIENCE_MS = 30_000;

export function createDueDeliveries({ entities: { delivery } }: SegmentryTable) {
  return async (now: Date): Promise<QueuedDelivery[]> => {
    const dueAt = new Date(now.getTime() - DELIVERY_PATIENCE_MS).toISOString();
    return inAllShards((shard) =>
      delivery.query
        .unreconciled({ status: 'pending', ...shard })
        .between({ dueAt: '0' }, { dueAt })
        .go(PAGE),
    );
  };
}
