import { randomBytes } from 'node:crypto';
import type { ChangeWebhookBody, CreateWebhookBody } from '../../contracts/http/webhooks.ts';
import { newId } from '../entities/ids.ts';
import type { Principal } from '../entities/principal.ts';
import {
  type SealedSecret,
  TooManyWebhooksError,
  type Webhook,
  WebhookNotFoundError,
  type WebhookRepository,
} from '../entities/webhook.ts';
import type { Prefetched } from '../request/prefetch.ts';
import { parseWebhookUrl, type WebhookUrlPolicy } from './webhook-url.ts';

export interface ManageWebhooksPorts {
  /** Each user's webhooks lie under that user: another's can't be prefetched. */
  readonly webhooks: Pick<
    WebhookRepository,
    'find' | 'listOfUser' | 'create' | 'change' | 'replaceSecrets' | 'remove'
  >;
  readonly sealSecret: (secret: string, webhookId: string) => Promise<string>;
  readonly webhookUrls: WebhookUrlPolicy;
  readonly now: () => Date;
}

/** Every event is matched with each of them: who needs more should fan out from one endpoint. */
const WEBHOOK_LIMIT = 20;
const SECRET_BYTES = 32;
/** How long a secret signs on after its successor was made. */
const OVERLAP_SECONDS = 24 * 3600;
/** Secrets that sign at a time: each makes the header of a call, and the record, longer. */
const SECRETS_KEPT = 10;

/** @throws WebhookUrlRefusedError, TooManyWebhooksError */
export async function createWebhook(
  { url, events }: CreateWebhookBody,
  { userId }: Principal,
  ports: ManageWebhooksPorts,
): Promise<{ webhook: Webhook; secret: string }> {
  const { href } = parseWebhookUrl(url, ports.webhookUrls);
  requireRoomForWebhook(await ports.webhooks.listOfUser(userId));
  const made = await draftWebhook({ url: href, events }, userId, ports);
  await ports.webhooks.create(made.webhook);
  return made;
}

/** @throws TooManyWebhooksError */
export function requireRoomForWebhook(others: readonly Webhook[]): void {
  if (others.length >= WEBHOOK_LIMIT) throw new TooManyWebhooksError(WEBHOOK_LIMIT);
}

/** A webhook as it begins, with a secret of its own; it is not written yet. */
export async function draftWebhook(
  { url, events }: Pick<Webhook, 'url' | 'events'>,
  userId: string,
  ports: Pick<ManageWebhooksPorts, 'sealSecret' | 'now'>,
): Promise<{ webhook: Webhook; secret: string }> {
  const now = ports.now().toISOString();
  const id = newId('whk');
  const secret = newSecret();
  const webhook: Webhook = {
    id,
    userId,
    url,
    events,
    status: 'enabled',
    secrets: [{ sealed: await ports.sealSecret(secret, id) }],
    createdAt: now,
    modifiedAt: now,
  };
  return { webhook, secret };
}

/** One's own, prefetched. @throws WebhookNotFoundError */
export function requireWebhook(webhookId: string, { webhook }: Pick<Prefetched, 'webhook'>): Webhook {
  if (webhook === undefined) throw new WebhookNotFoundError(webhookId);
  return webhook;
}

/** @throws WebhookNotFoundError */
export async function findWebhook(
  webhookId: string,
  { userId }: Principal,
  { webhooks }: { readonly webhooks: Pick<WebhookRepository, 'find'> },
): Promise<Webhook> {
  const webhook = await webhooks.find(userId, webhookId);
  if (webhook === undefined) throw new WebhookNotFoundError(webhookId);
  return webhook;
}

/** @throws WebhookNotFoundError, WebhookUrlRefusedError */
export async function changeWebhook(
  webhookId: string,
  { change, principal }: { change: ChangeWebhookBody; principal: Principal },
  ports: ManageWebhooksPorts,
): Promise<Webhook> {
  const { url, events, status } = change;
  const href = url === undefined ? undefined : parseWebhookUrl(url, ports.webhookUrls).href;
  const webhook = await findWebhook(webhookId, principal, ports);
  return ports.webhooks.change(webhook, {
    ...(href !== undefined && { url: href }),
    ...(events !== undefined && { events }),
    ...(status !== undefined && { status }),
  });
}

/** @throws WebhookNotFoundError */
export async function removeWebhook(
  webhookId: string,
  { userId }: Principal,
  ports: ManageWebhooksPorts,
): Promise<void> {
  if (!(await ports.webhooks.remove(userId, webhookId))) throw new WebhookNotFoundError(webhookId);
}

/**
 * Gives a webhook a new secret; each one before signs on for a day after its successor was made, whoever asks again
 * meanwhile: a receiver may know none of the others.
 * @throws WebhookNotFoundError
 */
export async function rotateSecret(
  webhookId: string,
  principal: Principal,
  ports: ManageWebhooksPorts,
): Promise<{ webhook: Webhook; secret: string }> {
  const webhook = await findWebhook(webhookId, principal, ports);
  const secret = newSecret();
  const now = ports.now();
  const inADay = new Date(now.getTime() + OVERLAP_SECONDS * 1000).toISOString();
  const before = webhook.secrets.map(({ sealed, expiresAt = inADay }) => ({ sealed, expiresAt }));
  const secrets: SealedSecret[] = [
    { sealed: await ports.sealSecret(secret, webhook.id) },
    ...before.filter(({ expiresAt }) => expiresAt > now.toISOString()),
  ];
  const rotated = await ports.webhooks.replaceSecrets(webhook, secrets.slice(0, SECRETS_KEPT));
  return rotated === undefined ? rotateSecret(webhookId, principal, ports) : { webhook: rotated, secret };
}

/** As Standard Webhooks writes secrets. */
const newSecret = () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
