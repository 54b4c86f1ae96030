import { nameKeyOf } from '../../../domain/entities/dataset.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

const PAGE = { limit: 50 } as const;
const ALL = { pages: 'all' } as const;

type Forget = () => Promise<unknown>;

/** What a user leaves in the table besides what has files. */
export function createRemainRecords(table: SegmentryTable) {
  const { apiKey, session, dataset, datasetName, datasetItem, webhook, delivery } = table.entities;
  const { batch, batchPart, batchCounter, jobLoad, connection, connectionOwner } = table.entities;
  const { creditAccount, creditHold, creditEntry, creditCharge } = table.entities;

  async function forgetDataset({ id, userId, name }: { id: string; userId: string; name: string }) {
    const { data: items } = await datasetItem.query.byDataset({ datasetId: id }).go(ALL);
    await datasetItem.delete(items).go();
    await datasetName.delete({ userId, nameKey: nameKeyOf(name) }).go();
    await dataset.delete({ id }).go();
  }

  async function forgetBatch(batchId: string) {
    const { data: parts } = await batchPart.query.byBatch({ batchId }).go(ALL);
    const { data: counters } = await batchCounter.query.byBatch({ batchId }).go(ALL);
    await batchPart.delete(parts.map(({ part }) => ({ batchId, part }))).go();
    await batchCounter.delete(counters.map(({ shard }) => ({ batchId, shard }))).go();
    await batch.delete({ id: batchId }).go();
  }

  async function forgetWebhook({ id, userId }: { id: string; userId: string }) {
    const { data: sent } = await delivery.query.byWebhook({ webhookId: id }).go(ALL);
    await delivery.delete(sent.map((each) => ({ webhookId: id, id: each.id }))).go();
    await webhook.delete({ userId, id }).go();
  }

  return {
    /** @returns what forgets the next few of each kind there is. */
    async next(userId: string): Promise<Forget[]> {
      const kinds = await Promise.all([
        some(apiKey.query.byUser({ userId }).go(PAGE), (keys) =>
          apiKey.delete(keys.map(({ hash }) => ({ hash }))).go(),
        ),
        some(session.query.byUser({ userId }).go(PAGE), (sessions) =>
          session.delete(sessions.map(({ id }) => ({ id }))).go(),
        ),
        some(dataset.query.byUser({ userId }).go(PAGE), (datasets) => oneByOne(datasets, forgetDataset)),
        some(webhook.query.byUser({ userId }).go(PAGE), (webhooks) => oneByOne(webhooks, forgetWebhook)),
        some(batch.query.byUser({ userId }).go(PAGE), (batches) =>
          oneByOne(batches, ({ id }) => forgetBatch(id)),
        ),
        some(connection.query.byUser({ userId }).go(PAGE), async (connections) => {
          await connectionOwner.delete(connections.map(({ id }) => ({ id }))).go();
          await connection.delete(connections.map(({ id }) => ({ userId, id }))).go();
        }),
        some(jobLoad.query.byUser({ userId }).go(ALL), (counters) =>
          jobLoad.delete(counters.map(({ shard }) => ({ userId, shard }))).go(),
        ),
        some(creditHold.query.byUser({ userId }).go(PAGE), (holds) =>
          creditHold.delete(holds.map(({ id }) => ({ userId, id }))).go(),
        ),
        some(creditEntry.query.byUser({ userId }).go(PAGE), async (entries) => {
          const items = new Set(entries.flatMap((entry) => entry.items));
          await creditCharge.delete([...items].map((item) => ({ item }))).go();
          await creditEntry.delete(entries.map(({ sequence }) => ({ userId, sequence }))).go();
        }),
        some(creditAccount.query.byUser({ userId }).go(), () => creditAccount.delete({ userId }).go()),
      ]);
      return kinds.flatMap((forget) => forget ?? []);
    },
  };
}

async function some<Item>(
  found: Promise<{ data: Item[] }>,
  forget: (items: Item[]) => Promise<unknown>,
): Promise<Forget | undefined> {
  const { data } = await found;
  return data.length === 0 ? undefined : () => forget(data);
}

async function oneByOne<Item>(items: readonly Item[], forget: (item: Item) => Promise<void>): Promise<void> {
  for (const item of items) await forget(item);
}
