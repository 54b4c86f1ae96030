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
      if (changes.status === 'enabled') patch.remove(['disabledReason', 'disabledAt']);
      // Another URL has not failed yet.
      const isAnother = changes.url !== undefined && changes.url !== webhook.url;
      if (changes.status === 'enabled' || isAnother) patch.remove(['failingSince']);
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

    async setFailingSince(webhook: Webhook, failingSince: string | undefined): Promise<void> {
      const patch = webhooks.patch(key(webhook));
      const changed =
        failingSince === undefined ? patch.remove(['failingSince']) : patch.set({ failingSince });
      await changed
        .where((each, { eq, notExists }) =>
          [
            eq(each.url, webhook.url),
            ...(failingSince === undefined ? [] : [notExists(each.failingSince)]),
          ].join(' AND '),
        )
        .go()
        .catch(unlessConditionFailed);
    },

    async disable(webhook: Webhook, disabledReason: DisabledReason): Promise<void> {
      await webhooks
        .patch(key(webhook))
        .set({ status: 'disabled', disabledReason, disabledAt: now().toISOString() })
        .where(({ status, url, failingSince }, { eq }) =>
          [
            eq(status, 'enabled'),
            eq(url, webhook.url),
            ...(disabledReason === 'failing' ? [eq(failingSince, webhook.failingSince ?? '')] : []),
          ].join(' AND '),
        )
        .go()
        .catch(unlessConditionFailed);
    },
  };
}
