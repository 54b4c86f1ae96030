import type { EraseUserPorts, UserDataPage } from '../../../domain/cleanup/erase-user.ts';
import { nameKeyOf } from '../../../domain/entities/dataset.ts';
import { deleteAll, deleteFound } from '../table/delete-all.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { createDeliveryRemover } from './delivery-records.ts';
import { createVideoSegmentRemover } from './video-segments.ts';

const PAGE = { limit: 50 } as const;
const ALL = { pages: 'all' } as const;
/** Of what lies under a record, of which there may be any number. */
const KEYS = { ...PAGE, consistent: true } as const;

type Remove = () => Promise<unknown>;

/** What a user owned: everything that stands under the user. */
export function createUserErasure(table: SegmentryTable): EraseUserPorts['userData'] {
  const { image, video, job, result, upload, uploadChunk } = table.entities;
  const removeSegments = createVideoSegmentRemover(table);
  const recordsOnly = createRecordErasure(table);

  async function removeUpload(id: string): Promise<void> {
    await deleteFound(
      () => uploadChunk.query.byUpload({ id }).go({ ...KEYS, attributes: ['id', 'chunk'] }),
      (some) => uploadChunk.delete(some),
    );
    await upload.delete({ id }).go();
  }

  return {
    async nextPage(userId: string): Promise<UserDataPage | undefined> {
      const [images, videos, jobs, uploads, others] = await Promise.all([
        image.query.byUser({ userId }).go(PAGE),
        video.query.byUser({ userId }).go(PAGE),
        job.query.byUser({ userId }).go(PAGE),
        upload.query.byUser({ userId }).go(PAGE),
        recordsOnly.next(userId),
      ]);
      const hasMedia = [images, videos, jobs, uploads].some(({ data }) => data.length > 0);
      if (!hasMedia && others.length === 0) return undefined;
      const jobIds = jobs.data.map(({ id }) => id);
      const videoIds = videos.data.map(({ id }) => id);
      const imageIds = images.data.map(({ id }) => id);
      const uploadIds = uploads.data.map(({ id }) => id);
      return {
        imageIds,
        videoIds,
        uploadIds,
        jobs: jobs.data,
        remove: async () => {
          for (const each of jobs.data) if (each.video !== undefined) await removeSegments(each.id);
          await deleteAll(
            jobIds.map((jobId) => ({ jobId })),
            (some) => result.delete(some),
          );
          await deleteAll(
            jobIds.map((id) => ({ id })),
            (some) => job.delete(some),
          );
          for (const id of uploadIds) await removeUpload(id);
          await deleteAll(
            videoIds.map((id) => ({ id })),
            (some) => video.delete(some),
          );
          await deleteAll(
            imageIds.map((id) => ({ id })),
            (some) => image.delete(some),
          );
          for (const remove of others) await remove();
        },
      };
    },
  };
}

/** What a user leaves in the table besides what has objects in the bucket. */
function createRecordErasure(table: SegmentryTable) {
  const { apiKey, session, credential, dataset, datasetName, datasetItem, webhook } = table.entities;
  const { batch, batchPart, batchCounter, openJobCount, openUploadCount, connection, connectionOwner } =
    table.entities;
  const { creditAccount, creditHold, creditEntry, creditCharge } = table.entities;
  const removeDeliveries = createDeliveryRemover(table);

  async function removeDataset({ id, userId, name }: { id: string; userId: string; name: string }) {
    await deleteFound(
      () =>
        datasetItem.query
          .byDataset({ datasetId: id })
          .go({ ...KEYS, attributes: ['datasetId', 'type', 'itemId'] }),
      (some) => datasetItem.delete(some),
    );
    await datasetName.delete({ userId, nameKey: nameKeyOf(name) }).go();
    await dataset.delete({ id }).go();
  }

  async function removeBatch(batchId: string) {
    await deleteFound(
      () => batchPart.query.byBatch({ batchId }).go({ ...KEYS, attributes: ['batchId', 'part'] }),
      (some) => batchPart.delete(some),
    );
    await deleteFound(
      () => batchCounter.query.byBatch({ batchId }).go({ ...KEYS, attributes: ['batchId', 'shard'] }),
      (some) => batchCounter.delete(some),
    );
    await batch.delete({ id: batchId }).go();
  }

  async function removeWebhook({ id, userId }: { id: string; userId: string }) {
    await removeDeliveries(id);
    await webhook.delete({ userId, id }).go();
  }

  return {
    /** @returns what removes the next few of each kind there is. */
    async next(userId: string): Promise<Remove[]> {
      const kinds = await Promise.all([
        some(apiKey.query.byUser({ userId }).go(PAGE), (keys) =>
          deleteAll(
            keys.map(({ hash }) => ({ hash })),
            (some) => apiKey.delete(some),
          ),
        ),
        some(session.query.byUser({ userId }).go(PAGE), async (sessions) => {
          // One by one: who erases may delete credentials, and not write a batch of them.
          for (const { id: holder } of sessions) await credential.delete({ holder }).go();
          await deleteAll(
            sessions.map(({ id }) => ({ id })),
            (some) => session.delete(some),
          );
        }),
        some(dataset.query.byUser({ userId }).go(PAGE), (datasets) => oneByOne(datasets, removeDataset)),
        some(webhook.query.byUser({ userId }).go(PAGE), (webhooks) => oneByOne(webhooks, removeWebhook)),
        some(batch.query.byUser({ userId }).go(PAGE), (batches) =>
          oneByOne(batches, ({ id }) => removeBatch(id)),
        ),
        some(connection.query.byUser({ userId }).go(PAGE), async (connections) => {
          await deleteAll(
            connections.map(({ id }) => ({ id })),
            (some) => connectionOwner.delete(some),
          );
          await deleteAll(
            connections.map(({ id }) => ({ userId, id })),
            (some) => connection.delete(some),
          );
        }),
        some(openJobCount.query.byUser({ userId }).go(ALL), (counters) =>
          deleteAll(
            counters.map(({ shard }) => ({ userId, shard })),
            (some) => openJobCount.delete(some),
          ),
        ),
        some(openUploadCount.query.byUser({ userId }).go(ALL), (counters) =>
          deleteAll(
            counters.map(({ hour }) => ({ userId, hour })),
            (some) => openUploadCount.delete(some),
          ),
        ),
        some(creditHold.query.byUser({ userId }).go(PAGE), (holds) =>
          deleteAll(
            holds.map(({ id }) => ({ userId, id })),
            (some) => creditHold.delete(some),
          ),
        ),
        some(creditEntry.query.byUser({ userId }).go(PAGE), async (entries) => {
          const items = new Set(entries.flatMap((entry) => entry.items));
          await deleteAll(
            [...items].map((item) => ({ item })),
            (some) => creditCharge.delete(some),
          );
          await deleteAll(
            entries.map(({ at, id }) => ({ userId, at, id })),
            (some) => creditEntry.delete(some),
          );
        }),
        some(creditAccount.query.byUser({ userId }).go(), () => creditAccount.delete({ userId }).go()),
      ]);
      return kinds.flatMap((remove) => remove ?? []);
    },
  };
}

async function some<Item>(
  found: Promise<{ data: Item[] }>,
  remove: (items: Item[]) => Promise<unknown>,
): Promise<Remove | undefined> {
  const { data } = await found;
  return data.length === 0 ? undefined : () => remove(data);
}

async function oneByOne<Item>(items: readonly Item[], remove: (item: Item) => Promise<void>): Promise<void> {
  for (const item of items) await remove(item);
}
