const IPV6_GROUPS = 8;

/** The 32 bits of an address in four decimal parts, as `URL` and resolvers write it. */
export function parseIpv4(address: string): bigint | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

/** The 128 bits; also with `::`, and with an IPv4 address for the last two groups; not with a zone. */
export function parseIpv6(address: string): bigint | undefined {
  const halves = withoutIpv4Tail(address)?.split('::') ?? [];
  if (halves.length < 1 || halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function withoutIpv4Tail(address: string): string | undefined {
  if (!address.includes('.')) return address;
  const start = address.lastIndexOf(':') + 1;
  const ipv4 = parseIpv4(address.slice(start));
  if (start === 0 || ipv4 === undefined) return undefined;
  return `${address.slice(0, start)}${(ipv4 >> 16n).toString(16)}:${(ipv4 & 0xffffn).toString(16)}`;
}
