/** Ranges of addresses in settings that say who is let through. */

import { BlockList, isIP } from 'node:net';

type Range = readonly [address: string, bits: number];

/** Networks of companies are no larger: 10.0.0.0/8, a provider's block of IPv6. */
const WIDEST = { 4: 8, 6: 16 };

/** All private networks of IPv6, and all links. */
const LOCAL: readonly Range[] = [
  ['fc00::', 7],
  ['fe80::', 10],
];

/** In these, IPv6 addresses stand for those of IPv4, private ones too, which follow the prefix. */
const STANDS_FOR_IPV4: readonly Range[] = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
];

/**
 * Whether a range takes in so much that it names no network of anybody, such as 0.0.0.0/0 or one half of it.
 * @param address IPv4 or IPv6, any of the range
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
