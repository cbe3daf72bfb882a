import { isIP, isIPv6, type BlockList } from 'node:net';

/**
 * Where a request comes from. `X-Forwarded-For` is believed as far as those are trusted who wrote it:
 * from its end, each trusted proxy names whom it got the request from.
 * @param peer the other end of the connection
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

/** Who shares one count: an address or, of IPv6, the network of /64 that a household or host has. */
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

/** An IPv4 address as such, also where a socket of IPv6 has it. */
function plain(address: string): string {
  return address.toLowerCase().startsWith('::ffff:') && address.includes('.')
    ? address.slice('::ffff:'.length)
    : address;
}
