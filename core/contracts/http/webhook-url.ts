import * as z from 'zod';

export const WebhookUrl = z.string().min(1).max(2048).describe('https, on port 443 or 8443 of a public host');

/** A URL that is to hear of the end of one thing. */
export const NamedWebhook = WebhookUrl.describe(
  'A URL that is called at the end, as a webhook of yours: the one that has the URL already, or a new one',
);
