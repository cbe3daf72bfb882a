import { isIP, isIPv6, type BlockList } from 'node:net';

/**
 * The client's address. It reads `X-Forwarded-For` from its end, as long as trusted proxies wrote it.
 * @param peer address at the other end of the connection
 */
export function findClientAddress(
  peer: string | undefined,
  forwardedFor: string,
  trusted: BlockList,
): string {
  let address = plain(peer ?? '');
  for (const hop of forwardedFor.split(',').toReversed()) {
    const named = plain(hop.trim());
    if (isIP(named) === 0 || !isTrusted(address, trusted)) break;
    address = named;
  }
  return address;
}

/** The key of a count: an IPv4 address, or a /64 network of IPv6, which one household or host has. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = new URL(`http://[${address.split('%', 1)[0]}]`).hostname.slice(1, -1).split('::');
  const [head = [], tail = []] = groups.map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return `${[...head, ...(groups.length > 1 ? zeros : []), ...tail].slice(0, 4).join(':')}::/64`;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  const family = isIP(address);
  return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Unwraps an IPv4 address that an IPv6 socket reports. */
function plain(address: string): string {
  return address.toLowerCase().startsWith('::ffff:') && address.includes('.')
    ? address.slice('::ffff:'.length)
    : address;
}
