import { describe, expect, it } from 'vitest';
import {
  mayBeCalledAt,
  parseWebhookUrl,
  WebhookUrlRefusedError,
} from '../../../../core/domain/webhooks/webhook-url.ts';

const strict = { loopbackAllowed: false };
const development = { loopbackAllowed: true };

describe('a URL that may be called', () => {
  it.each([
    ['https://example.com/hook', 'https://example.com/hook'],
    ['https://example.com:8443/hook?a=b', 'https://example.com:8443/hook?a=b'],
    ['HTTPS://Example.COM:443/', 'https://example.com/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
    ['https://xn--bcher-kva.example.com/', 'https://xn--bcher-kva.example.com/'],
  ])('%s', (text, expected) => {
    expect(parseWebhookUrl(text, strict).href).toBe(expected);
  });
});

/** Each is refused on both policies. */
const REFUSED = [
  // Not https.
  'http://example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://example.com/',
  'javascript:alert(1)',
  'data:text/plain,hello',
  'example.com/hook',
  '',
  // This machine.
  'https://localhost/',
  'https://LOCALHOST./',
  'https://api.localhost/',
  'https://127.0.0.1/',
  'https://127.0.0.1./',
  'https://127.1/',
  'https://127.255.255.254/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.0x0.0x0.0x1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://0/',
  'https://0.0.0.0/',
  'https://%31%32%37.0.0.1/',
  'https://[::1]/',
  'https://[::]/',
  'https://[0:0:0:0:0:0:0:1]/',
  // Private and special networks.
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://192.168.257/',
  'https://100.64.0.1/',
  'https://198.18.0.1/',
  'https://192.0.2.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[fc00::1]/',
  'https://[fe80::1]/',
  'https://[ff02::1]/',
  'https://[2001:db8::1]/',
  // Metadata services.
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://0xa9fea9fe/',
  'https://0251.0376.0251.0376/',
  'https://169.254.170.2/',
  'https://[fd00:ec2::254]/',
  'https://metadata.google.internal/',
  // IPv6 that carries IPv4.
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::169.254.169.254]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:7f00:1::]/',
  // Names inside a network, and names that resolvers complete.
  'https://intranet/',
  'https://printer.local/',
  'https://db.internal/',
  'https://router.lan/',
  // Tricks with the authority.
  'https://user:secret@example.com/',
  'https://example.com@127.0.0.1/',
  'https://example.com#@127.0.0.1/',
  'https://127.0.0.1\\@example.com/',
  'https://exa mple.com/',
  'https://example.com/\r\nHost: inner',
  'https://①②⑦.⓪.⓪.①/',
  'https://ⓛocalhost/',
  // Ports of other services.
  'https://example.com:22/',
  'https://example.com:6379/',
  'https://example.com:9200/',
  `https://example.com/${'a'.repeat(2048)}`,
];

describe('a URL that may not be called', () => {
  it.each(REFUSED)('%s', (text) => {
    expect(() => parseWebhookUrl(text, strict)).toThrow(WebhookUrlRefusedError);
    expect(() => parseWebhookUrl(text, development)).toThrow(WebhookUrlRefusedError);
  });
});

describe('plain HTTP to this machine', () => {
  it.each(['http://127.0.0.1:9000/hook', 'http://localhost:9000/', 'http://[::1]:80/', 'http://2130706433/'])(
    '%s is for development',
    (text) => {
      expect(parseWebhookUrl(text, development).protocol).toBe('http:');
      expect(() => parseWebhookUrl(text, strict)).toThrow(WebhookUrlRefusedError);
    },
  );

  it.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'http://example.com/',
    'http://[::ffff:127.0.0.1]/',
  ])('and %s never', (text) => {
    expect(() => parseWebhookUrl(text, development)).toThrow(WebhookUrlRefusedError);
  });
});

describe('an address that a name has resolved to', () => {
  const https = new URL('https://example.com/');
  const http = new URL('http://localhost:9000/');

  it.each([
    ['93.184.215.14', true],
    ['2606:4700::1', true],
    ['127.0.0.1', false],
    ['169.254.169.254', false],
    ['::ffff:10.0.0.1', false],
    ['::1', false],
    ['fe80::1%eth0', false],
    ['not an address', false],
  ])('%s by https: %s', (address, allowed) => {
    expect(mayBeCalledAt(https, address, strict)).toBe(allowed);
    expect(mayBeCalledAt(https, address, development)).toBe(allowed);
  });

  it('is this machine for plain HTTP, in development only', () => {
    expect(mayBeCalledAt(http, '127.0.0.1', development)).toBe(true);
    expect(mayBeCalledAt(http, '::1', development)).toBe(true);
    expect(mayBeCalledAt(http, '127.0.0.1', strict)).toBe(false);
    expect(mayBeCalledAt(http, '93.184.215.14', development)).toBe(false);
  });
});
