import type { Principal } from '../entities/principal.ts';
import { WebhookDisabledError, type WebhookRepository } from '../entities/webhook.ts';
import { draftWebhook, type ManageWebhooksPorts, requireRoomForWebhook } from './manage-webhooks.ts';
import { parseWebhookUrl } from './webhook-url.ts';

export interface CallbackWebhookPorts extends Pick<ManageWebhooksPorts, 'sealSecret' | 'webhookUrls'> {
  readonly webhooks: Pick<WebhookRepository, 'listOfUser' | 'create'>;
  readonly now: () => Date;
}

/**
 * The webhook that is to hear of one thing, by its URL: the user's own of that URL, with the secret it has, or a
 * new one that is notified only of what names it.
 * @returns its id.
 * @throws WebhookUrlRefusedError, WebhookDisabledError, TooManyWebhooksError
 */
export async function resolveCallbackWebhook(
  url: string,
  { userId }: Principal,
  ports: CallbackWebhookPorts,
): Promise<string> {
  const { href } = parseWebhookUrl(url, ports.webhookUrls);
  const own = await ports.webhooks.listOfUser(userId);
  const [named, ...others] = own.filter((webhook) => webhook.url === href);
  if (named === undefined) {
    requireRoomForWebhook(own);
    const { webhook } = await draftWebhook({ url: href, events: [] }, userId, ports);
    await ports.webhooks.create(webhook);
    return webhook.id;
  }
  const enabled = [named, ...others].find(({ status }) => status === 'enabled');
  if (enabled === undefined) throw new WebhookDisabledError(named.id);
  return enabled.id;
}
