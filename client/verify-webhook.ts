import type { WebhookEvent } from './contracts.ts';
import { SegmentryError } from './errors.ts';

export interface WebhookCall {
  /** As it came, byte for byte: parsed and written again it would no longer match. */
  readonly body: string;
  /** `webhook-id`, `webhook-timestamp` and `webhook-signature`, by lower-case name; a `Headers` or Node's own. */
  readonly headers: Headers | Readonly<Record<string, string | string[] | undefined>>;
  /** The webhook's, `whsec_…`. */
  readonly secret: string;
}

/** Older calls are refused: who has overheard one can't repeat it later. */
const TOLERANCE_SECONDS = 300;

/**
 * Checks that a call is from the service, as https://www.standardwebhooks.com says.
 * @returns the event. @throws SegmentryError `invalid_signature`
 */
export async function verifyWebhook({ body, headers, secret }: WebhookCall): Promise<WebhookEvent> {
  const header = (name: string) =>
    String(
      (headers instanceof Headers ? headers.get(name) : headers[name]) ??
        refuse(`The header ${name} is missing.`),
    );
  const id = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const ageSeconds = Math.abs(Date.now() / 1000 - Number(timestamp));
  if (!(ageSeconds <= TOLERANCE_SECONDS))
    refuse('The call is too old, or the clocks differ by more than five minutes.');
  const key = await crypto.subtle.importKey('raw', bytesOf(secret.replace(/^whsec_/, '')), HMAC, false, [
    'verify',
  ]);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const entry of header('webhook-signature').split(' ')) {
    const [version, signature = ''] = entry.split(',');
    if (version === 'v1' && (await crypto.subtle.verify('HMAC', key, bytesOf(signature), signed))) {
      return JSON.parse(body) as WebhookEvent;
    }
  }
  return refuse('The signature is not that of this body by this secret.');
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return refuse('The secret or the signature is no base64.');
  }
}

function refuse(message: string): never {
  throw new SegmentryError('invalid_signature', message);
}
