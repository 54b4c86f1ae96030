import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import {
  type DisabledReason,
  type SealedSecret,
  type Webhook,
  type WebhookChanges,
  WebhookNotFoundError,
  type WebhookRepository,
} from '../../../domain/entities/webhook.ts';
import { readPage } from '../table/read-page.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

export function createWebhookRecords(table: SegmentryTable, now: () => Date): WebhookRepository {
  const { webhook: webhooks } = table.entities;
  const key = ({ userId, id }: Webhook) => ({ userId, id });

  return {
    async find(userId: string, webhookId: string): Promise<Webhook | undefined> {
      const { data } = await webhooks.get({ userId, id: webhookId }).go({ consistent: true });
      return data ?? undefined;
    },

    async listOfUser(userId: string): Promise<Webhook[]> {
      const { data } = await webhooks.query.byUser({ userId }).go({ pages: 'all', consistent: true });
      return data;
    },

    listPage(userId: string, page: PageRequest): Promise<Page<Webhook>> {
      return readPage(webhooks.query.byUser({ userId }), page);
    },

    async create(webhook: Webhook): Promise<void> {
      await webhooks.put(webhook).go();
    },

    async change(webhook: Webhook, changes: WebhookChanges): Promise<Webhook> {
      const modifiedAt = now().toISOString();
      const patch = webhooks.patch(key(webhook)).set({ ...changes, modifiedAt });
      if (changes.status === 'enabled') patch.remove(['disabledReason', 'disabledAt', 'failingSince']);
      // Owners know what they have done: there is nothing to announce.
      if (changes.status === 'disabled') {
        patch.set({ disabledReason: 'owner', disabledAt: modifiedAt, announcement: 'done' });
      }
      const { data } = await patch.go({ response: 'all_new' }).catch(unlessConditionFailed);
      if (data === undefined) throw new WebhookNotFoundError(webhook.id);
      return data;
    },

    async replaceSecrets(webhook: Webhook, secrets: readonly SealedSecret[]): Promise<Webhook | undefined> {
      const { data } = await webhooks
        .patch(key(webhook))
        .set({ secrets, modifiedAt: now().toISOString() })
        .where((each, { eq }) => eq(each.secrets, webhook.secrets))
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      return data;
    },

    async remove(userId: string, webhookId: string): Promise<boolean> {
      const { data } = await webhooks
        .remove({ userId, id: webhookId })
        .go({ response: 'all_old' })
        .catch(unlessConditionFailed);
      return data !== undefined;
    },

    /** Leaves alone what another delivery has found out meanwhile. */
    async setFailingSince(webhook: Webhook, failingSince: string | undefined): Promise<void> {
      const patch = webhooks.patch(key(webhook));
      const changed =
        failingSince === undefined
          ? patch.remove(['failingSince'])
          : patch.set({ failingSince }).where((each, { notExists }) => notExists(each.failingSince));
      await changed.go().catch(unlessConditionFailed);
    },

    async disable(webhook: Webhook, disabledReason: DisabledReason): Promise<void> {
      await webhooks
        .patch(key(webhook))
        .set({ status: 'disabled', disabledReason, disabledAt: now().toISOString() })
        .where(({ status, url }, { eq }) => `${eq(status, 'enabled')} AND ${eq(url, webhook.url)}`)
        .go()
        .catch(unlessConditionFailed);
    },
  };
}
