import { parseIpv4, parseIpv6 } from './ip-address.ts';

/**
 * Whether an IP address belongs to the public internet: none of IANA's special-purpose ranges (private,
 * loopback, link-local with the clouds' metadata services, carrier-grade NAT, documentation, benchmarks,
 * multicast, reserved), and no IPv6 form that carries an IPv4 address (mapped, 6to4, Teredo, NAT64).
 * Source: https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== undefined) return !SPECIAL_IPV4.some((range) => isWithin(ipv4, range, 32n));
  const ipv6 = parseIpv6(address);
  if (ipv6 === undefined) return false;
  return isWithin(ipv6, GLOBAL_UNICAST, 128n) && !SPECIAL_IPV6.some((range) => isWithin(ipv6, range, 128n));
}

/** Whether an IP address is the machine itself: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(address: string): boolean {
  const ipv4 = parseIpv4(address);
  return ipv4 === undefined ? parseIpv6(address) === LOOPBACK_IPV6 : isWithin(ipv4, LOOPBACK_IPV4, 32n);
}

interface AddressRange {
  readonly start: bigint;
  readonly prefixBits: bigint;
}

const ipv4Range = (text: string) => readRange(text, parseIpv4);
const ipv6Range = (text: string) => readRange(text, parseIpv6);
const LOOPBACK_IPV4 = ipv4Range('127.0.0.0/8');
const LOOPBACK_IPV6 = 1n;

const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map(ipv4Range);

const GLOBAL_UNICAST = ipv6Range('2000::/3');
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'].map(
  ipv6Range,
);

function isWithin(value: bigint, { start, prefixBits }: AddressRange, widthBits: bigint): boolean {
  const hostBits = widthBits - prefixBits;
  return value >> hostBits === start >> hostBits;
}

function readRange(text: string, parse: (address: string) => bigint | undefined): AddressRange {
  const [address = '', bits = ''] = text.split('/');
  const start = parse(address);
  if (start === undefined) throw new Error(`${text} is no address range.`);
  return { start, prefixBits: BigInt(bits) };
}
