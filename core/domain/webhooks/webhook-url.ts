import { DomainError } from '../entities/errors.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

export interface WebhookUrlPolicy {
  /** For development: lets plain HTTP reach this machine, and nothing else. */
  readonly loopbackAllowed: boolean;
}

/** The URL must not be called from here. */
export class WebhookUrlRefusedError extends DomainError {
  readonly code = 'webhook_url_refused';
  readonly kind = 'unprocessable';

  constructor(why: string) {
    super(`The webhook's URL cannot be called: ${why} Give a public https:// URL.`);
  }
}

const LIMIT_CHARACTERS = 2048;
const HTTPS_PORTS = ['', '443', '8443'];
/** Names that only mean something inside a network. */
const INNER_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa)$/;

/**
 * Reads a URL that is to be called from inside this network, so that nothing inside can be reached by it.
 * `URL` itself turns decimal, octal, hexadecimal, short and full-width forms of an IPv4 address into dotted
 * decimals. A name may still resolve to anything: its addresses are checked when the connection is made.
 * @throws WebhookUrlRefusedError
 */
export function parseWebhookUrl(text: string, policy: WebhookUrlPolicy): URL {
  if (text.length > LIMIT_CHARACTERS) throw new WebhookUrlRefusedError('It is longer than 2,048 characters.');
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(text)) {
    throw new WebhookUrlRefusedError('It contains spaces, backslashes or characters outside ASCII.');
  }
  if (!URL.canParse(text)) throw new WebhookUrlRefusedError('It is not a URL.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new WebhookUrlRefusedError('It contains a user name or a password.');
  }
  if (url.hash !== '') throw new WebhookUrlRefusedError('It contains a fragment.');
  if (url.protocol === 'http:' && policy.loopbackAllowed) requireLoopback(url);
  else requirePublic(url);
  return url;
}

/** Whether a webhook's URL may be called at `address`, which its host has resolved to. */
export function mayBeCalledAt(url: URL, address: string, { loopbackAllowed }: WebhookUrlPolicy): boolean {
  return url.protocol === 'https:'
    ? isPublicAddress(address)
    : loopbackAllowed && url.protocol === 'http:' && isLoopbackAddress(address);
}

function requireLoopback(url: URL): void {
  if (url.hostname !== 'localhost' && !isLoopbackAddress(bareHost(url))) {
    throw new WebhookUrlRefusedError('Plain HTTP reaches 127.0.0.1 only.');
  }
}

function requirePublic(url: URL): void {
  if (url.protocol !== 'https:') throw new WebhookUrlRefusedError('It is not https.');
  if (!HTTPS_PORTS.includes(url.port)) throw new WebhookUrlRefusedError('Its port is not 443 or 8443.');
  const host = bareHost(url);
  if (isAddress(host) ? !isPublicAddress(host) : !host.includes('.') || INNER_NAMES.test(host)) {
    throw new WebhookUrlRefusedError('Its host is not on the public internet.');
  }
}

/** Without the brackets of an IPv6 address and without the root's dot. */
const bareHost = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

const isAddress = (host: string) => host.includes(':') || /^[\d.]+$/.test(host);
