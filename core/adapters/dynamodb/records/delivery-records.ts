import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import type { DeliveryMessage } from '../../../contracts/messages.ts';
import { ATTEMPTS_KEPT, type Delivery, type DeliveryRepository } from '../../../domain/entities/delivery.ts';
import type { DeliverWebhookPorts } from '../../../domain/webhooks/deliver-webhook.ts';
import { deleteFound } from '../table/delete-all.ts';
import { readPage } from '../table/read-page.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

const KEPT_SECONDS = 30 * 24 * 3600;
/** Messages may come a moment before their time. */
const TOLERANCE_MS = 1000;

export function createDeliveryRecords(table: SegmentryTable, now: () => Date): DeliveryRepository {
  const { delivery: deliveries } = table.entities;
  const ttl = () => Math.floor(now().getTime() / 1000) + KEPT_SECONDS;

  return {
    async find(webhookId: string, deliveryId: string): Promise<Delivery | undefined> {
      const { data } = await deliveries.get({ webhookId, id: deliveryId }).go({ consistent: true });
      return data ?? undefined;
    },

    list(webhookId: string, page: PageRequest): Promise<Page<Delivery>> {
      return readPage(deliveries.query.byWebhook({ webhookId }), page);
    },

    async create(delivery: Delivery): Promise<void> {
      await deliveries
        .create({ ...delivery, ttl: ttl() })
        .go()
        .catch(unlessConditionFailed);
    },

    async restart(delivery: Delivery, dueAt: Date): Promise<Delivery> {
      const { webhookId, id } = delivery;
      const attempts = delivery.attempts.slice(-ATTEMPTS_KEPT);
      const { data } = await deliveries
        .patch({ webhookId, id })
        .set({
          status: 'pending',
          dueAt: dueAt.toISOString(),
          attempts,
          earlierAttempts: attempts.length,
          ttl: ttl(),
        })
        .go({ response: 'all_new' });
      return data;
    },
  };
}

/**
 * What an attempt does to a delivery's record. An attempt holds it by moving its time to `leaseSeconds` from
 * now: who comes meanwhile finds it not due, and who comes later takes over from an attempt that died.
 */
export function createDeliveryAttempts(
  table: SegmentryTable,
  { leaseSeconds, now }: { leaseSeconds: number; now: () => Date },
): DeliverWebhookPorts['deliveries'] {
  const { delivery: deliveries } = table.entities;
  const records = createDeliveryRecords(table, now);

  return {
    async claim({ webhookId, deliveryId }: DeliveryMessage): Promise<Delivery | undefined> {
      const found = await records.find(webhookId, deliveryId);
      if (found?.status !== 'pending' || Date.parse(found.dueAt) > now().getTime() + TOLERANCE_MS)
        return undefined;
      const { data } = await deliveries
        .patch({ webhookId, id: deliveryId })
        .set({ status: 'pending', dueAt: new Date(now().getTime() + leaseSeconds * 1000).toISOString() })
        .where(({ status, dueAt }, { eq }) => `${eq(status, 'pending')} AND ${eq(dueAt, found.dueAt)}`)
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      return data;
    },

    async record(
      held: Delivery,
      { status, attempts, dueAt }: Pick<Delivery, 'status' | 'attempts' | 'dueAt'>,
    ): Promise<void> {
      await deliveries
        .patch({ webhookId: held.webhookId, id: held.id })
        .set({ status, attempts, dueAt })
        .where((each, { eq }) => `${eq(each.status, 'pending')} AND ${eq(each.dueAt, held.dueAt)}`)
        .go()
        .catch(unlessConditionFailed);
    },
  };
}

/** Takes all that was sent to a webhook out of the table. */
export const createDeliveryRemover =
  ({ entities: { delivery } }: SegmentryTable) =>
  (webhookId: string): Promise<void> =>
    deleteFound(
      () =>
        delivery.query
          .byWebhook({ webhookId })
          .go({ limit: 50, consistent: true, attributes: ['webhookId', 'id'] }),
      (some) => delivery.delete(some),
    );
