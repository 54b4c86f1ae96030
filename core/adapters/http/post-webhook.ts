import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type {
  PostFailure,
  PostOutcome,
  PostWebhook,
  WebhookPost,
} from '../../domain/entities/post-webhook.ts';
import {
  mayBeCalledAt,
  parseWebhookUrl,
  type WebhookUrlPolicy,
  WebhookUrlRefusedError,
} from '../../domain/webhooks/webhook-url.ts';
import { createPinnedLookup, type ResolveName } from './pinned-lookup.ts';
import { readStart } from './read-start.ts';

export interface WebhookPosterOptions {
  readonly policy: WebhookUrlPolicy;
  /** From resolving the name to the answer's first bytes. */
  readonly timeoutSeconds: number;
  /** Tells the addresses of a name; the system's resolver where absent. */
  readonly resolve?: ResolveName;
}

const ANSWER_LIMIT_BYTES = 1024;
const resolveBySystem: ResolveName = (hostname) => lookup(hostname, { all: true });

/**
 * Calls webhooks so that nothing inside the network is reached: the URL is checked again, its name is resolved
 * once, all addresses must be allowed, and the connection goes to these very addresses. Redirects are not
 * followed, connections not shared.
 */
export function createWebhookPoster(options: WebhookPosterOptions): PostWebhook {
  return async (post) => {
    const startedAt = performance.now();
    const outcome = await call(post, options).catch((error: unknown) => ({
      failure: failureOf(error),
      answer: '',
    }));
    return { ...outcome, durationMs: Math.round(performance.now() - startedAt) };
  };
}

type Answer = Omit<PostOutcome, 'durationMs'>;

async function call(
  { url: text, headers, body }: WebhookPost,
  { policy, timeoutSeconds, resolve = resolveBySystem }: WebhookPosterOptions,
): Promise<Answer> {
  const url = parseWebhookUrl(text, policy);
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((fulfil, reject) => {
    // Also without an error: an answer that upgrades the connection is no answer, and ends it.
    const close = () => reject(new Error('The connection was closed without an answer.'));
    const sent = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        // No connection is kept: a kept one would outlive the check of its address.
        agent: false,
        lookup: createPinnedLookup(resolve, (address) => mayBeCalledAt(url, address, policy)),
        signal,
      },
      async (response) => {
        // From here on the status counts, whatever becomes of the body.
        sent
          .off('close', close)
          .off('error', reject)
          .on('error', () => {});
        const answer = await readStart(response, ANSWER_LIMIT_BYTES);
        const retryAfter = response.headers['retry-after'];
        fulfil({
          httpStatus: response.statusCode ?? 0,
          answer,
          ...(retryAfter !== undefined && { retryAfter }),
        });
        sent.destroy();
      },
    );
    sent.once('error', reject).once('close', close);
    sent.end(body);
  });
}

function failureOf(error: unknown): PostFailure {
  if (error instanceof WebhookUrlRefusedError) return 'address_refused';
  if (!(error instanceof Error)) return 'connection_failed';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timed_out';
  const code = 'code' in error ? error.code : undefined;
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'name_not_found' : 'connection_failed';
}
