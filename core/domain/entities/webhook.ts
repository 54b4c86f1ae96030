import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import type { EventPattern } from '../../contracts/http/webhooks.ts';
import { DomainError } from './errors.ts';

/** A signing secret as it is stored: nobody but the delivering function can open it. */
export interface SealedSecret {
  readonly sealed: string;
  /** When it stops signing; absent for the current one. */
  readonly expiresAt?: string;
}

/** Why a webhook is disabled: by its owner, by its answer 410, or by failing for days. */
export type DisabledReason = 'owner' | 'gone' | 'failing';

/** An endpoint of a user that is called when something happens. */
export interface Webhook {
  readonly id: string;
  readonly userId: string;
  readonly url: string;
  readonly events: readonly EventPattern[];
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason?: DisabledReason;
  readonly disabledAt?: string;
  /** The current one first. */
  readonly secrets: readonly SealedSecret[];
  /** Since when no call has succeeded. */
  readonly failingSince?: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
}

/** Where webhooks are kept: each user's lie under that user, so no one finds another's. */
export interface WebhookRepository {
  find(userId: string, webhookId: string): Promise<Webhook | undefined>;
  listOfUser(userId: string): Promise<Webhook[]>;
  listPage(userId: string, page: PageRequest): Promise<Page<Webhook>>;
  create(webhook: Webhook): Promise<void>;
  /** As its owner wishes. @throws WebhookNotFoundError */
  change(webhook: Webhook, changes: WebhookChanges): Promise<Webhook>;
  /** Puts secrets in the place of those that it was read with. @returns undefined where it has others by now, or is gone. */
  replaceSecrets(webhook: Webhook, secrets: readonly SealedSecret[]): Promise<Webhook | undefined>;
  /** @returns whether it was there. */
  remove(userId: string, webhookId: string): Promise<boolean>;
  /**
   * `failingSince` undefined: it answers again. Like `disable`, leaves alone what another delivery has found out meanwhile,
   * and a webhook that has another URL by now.
   */
  setFailingSince(webhook: Webhook, failingSince: string | undefined): Promise<void>;
  disable(webhook: Webhook, reason: DisabledReason): Promise<void>;
}

export type WebhookChanges = Partial<Pick<Webhook, 'url' | 'events' | 'status'>>;

export const webhookLinks = (webhookId: string) => ({
  self: `/v1/webhooks/${webhookId}`,
  deliveries: `/v1/webhooks/${webhookId}/deliveries`,
});

/** Whether a webhook is to hear of events of `type`; `job.*` stands for all of a job's. */
export const listensFor = ({ events }: Webhook, type: string): boolean =>
  events.some((pattern) => pattern === type || pattern === `${type.split('.')[0]}.*`);

export class WebhookNotFoundError extends DomainError {
  readonly code = 'webhook_not_found';
  readonly kind = 'not_found';

  constructor(webhookId: string) {
    super(`There is no webhook ${webhookId}. GET /v1/webhooks lists yours.`);
  }
}

export class TooManyWebhooksError extends DomainError {
  readonly code = 'too_many_webhooks';
  readonly kind = 'conflict';

  constructor(limit: number) {
    super(`You have ${limit} webhooks, which is the limit. Remove one with DELETE /v1/webhooks/{id}.`);
  }
}

export class WebhookDisabledError extends DomainError {
  readonly code = 'webhook_disabled';
  readonly kind = 'conflict';

  constructor(webhookId: string) {
    super(
      `Webhook ${webhookId} is disabled. Enable it first: PATCH /v1/webhooks/${webhookId} with {"status": "enabled"}.`,
    );
  }
}
