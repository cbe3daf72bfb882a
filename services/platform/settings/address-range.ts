/** Checks address ranges of allow lists. */

import { BlockList, isIP } from 'node:net';

type Range = readonly [address: string, bits: number];

/** The largest networks of a company: 10.0.0.0/8, a provider's IPv6 block. */
const WIDEST = { 4: 8, 6: 16 };

/** All private and link-local networks of IPv6. */
const LOCAL: readonly Range[] = [
  ['fc00::', 7],
  ['fe80::', 10],
];

/** Prefixes of IPv6 addresses that contain an IPv4 address, which may be private. */
const STANDS_FOR_IPV4: readonly Range[] = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
];

/**
 * Whether a range is larger than any company's network, such as 0.0.0.0/0 or half of it.
 * @param address any IPv4 or IPv6 address of the range
 */
export function isTooWide(address: string, bits: number): boolean {
  const range: Range = [address, bits];
  if (isIP(address) === 4) return bits < WIDEST[4];
  if (LOCAL.some((one) => covers(one, range))) return false;
  const form = STANDS_FOR_IPV4.find((one) => covers(one, range) || covers(range, one));
  return bits < (form === undefined ? WIDEST[6] : form[1] + WIDEST[4]);
}

function covers([address, bits]: Range, [other, otherBits]: Range): boolean {
  const list = new BlockList();
  list.addSubnet(address, bits, 'ipv6');
  return bits <= otherBits && list.check(other, 'ipv6');
}
