import { isIP } from 'node:net';
import type { REFUSED_RANGES } from '@aio/catalog/metrics/labels';
import ipaddr from 'ipaddr.js';

/** The setting that permits private hosts. */
export const ALLOW_HOSTS_VARIABLE = 'HTTP_STEP_ALLOW_HOSTS';

/** A private host that steps may call: a name as in a URL, or a range of addresses. */
export interface AllowedHost {
  /** Lower case; null = see `range`. */
  name: string | null;
  /** First address and length in bits; null = see `name`. */
  range: [ipaddr.IPv4 | ipaddr.IPv6, number] | null;
  /** null = any port. */
  port: number | null;
}

/** Where a connection should go. */
export interface Target {
  /** As in the URL; an IPv6 address without brackets. */
  host: string;
  port: number;
}

/** The part of IPv6 that is assigned to the internet. Everything else has a special purpose. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
const PUBLIC = 'unicast';

/**
 * Addresses at which clouds serve credentials, start-up scripts and names to their machines. Some are neither private nor
 * link-local.
 */
const CLOUD_PLATFORMS = [
  '169.254.0.0/16', // AWS, Google, Azure, Oracle, OpenStack and most others
  '168.63.129.16/32', // Azure
  '100.100.100.200/32', // Alibaba
  '192.0.0.192/32', // Oracle
  '161.26.0.0/16', // IBM
  '166.8.0.0/14', // IBM
  'fd00:ec2::/32', // AWS
  'fd20:ce::/32', // Google
  'fd00:c1::/32', // Oracle
  'fd00:42::/32', // Scaleway
  'fd00:a9fe:a9fe::/48', // Akamai
  'fe80::a9fe:a9fe/128', // OpenStack
].map((range) => ipaddr.parseCIDR(range));

/** IPv6 addresses that stand for IPv4 addresses, including those of clouds. */
const STANDS_FOR_IPV4 = [
  '::/96',
  '::ffff:0:0/96',
  '::ffff:0:0:0/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
].map((range) => ipaddr.parseCIDR(range));

/** The same through a gateway that translates 64:ff9b::/96 into IPv4. */
const CLOUD_PLATFORMS_BY_NAT64 = CLOUD_PLATFORMS.filter(([first]) => first.kind() === 'ipv4').map(
  ([first, bits]) => ipaddr.parseCIDR(`64:ff9b::${first}/${bits + 96}`),
);

/** Addresses that a setting must list one by one. A range or name that covers them probably does so by mistake. */
const NAMED_ALONE = [...CLOUD_PLATFORMS, ...CLOUD_PLATFORMS_BY_NAT64, ...STANDS_FOR_IPV4];

/**
 * Returns the range of the first address that steps may not call, in the words of ipaddr.js ("private", "loopback",
 * "linkLocal", …); null = they may call all addresses.
 */
export function findRefusedRange(
  { host, port }: Target,
  addresses: readonly string[],
  allowed: readonly AllowedHost[],
): string | null {
  const here = allowed.filter((one) => one.port === null || one.port === port);
  const isNamed = here.some(({ name }) => name === host.toLowerCase());
  for (const address of addresses) {
    const range = rangeOf(address);
    if (range === PUBLIC) continue;
    const isAlone = range !== 'loopback' && isWithin(address, NAMED_ALONE);
    const isLetThrough = here.some((one) => covers(one, address, isAlone));
    if (!isLetThrough && (isAlone || !isNamed)) return range;
  }
  return null;
}

/** Range of an address; `unicast` = the public internet. */
export function rangeOf(address: string): string {
  if (isIP(address) === 0) return 'unknown';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== PUBLIC) return range;
  if (isWithin(address, CLOUD_PLATFORMS)) return 'cloudPlatform';
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6) ? PUBLIC : 'reserved';
}

type RangeLabel = (typeof REFUSED_RANGES)[number];

const RANGE_LABELS: Readonly<Record<string, RangeLabel>> = {
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
  linkLocal: 'link_local',
};

/** Label of a refused range in metrics. @param range as `rangeOf` names it */
export function rangeLabel(range: string): RangeLabel {
  return RANGE_LABELS[range] ?? 'other';
}

/** @param isAlone true = a range does not cover it, only the address itself */
function covers({ range }: AllowedHost, address: string, isAlone: boolean): boolean {
  if (range === null || (isAlone && range[1] < (isIP(address) === 4 ? 32 : 128))) return false;
  return isWithin(address, [range]);
}

function isWithin(address: string, ranges: readonly NonNullable<AllowedHost['range']>[]): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return ranges.some((range) => parsed.kind() === range[0].kind() && parsed.match(range));
}

/** `name`, `name:8080`, `10.1.2.3`, `10.1.2.3:8080`, `[::1]:8080`, `10.0.0.0/8`; undefined = none of them. */
export function parseAllowedHost(text: string): AllowedHost | undefined {
  const match = /^(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:[\]]+))(?::(?<port>[1-9]\d{0,4}))?$/.exec(text);
  const { ipv6, host, port = null } = match?.groups ?? {};
  if (port !== null && Number(port) > 65_535) return undefined;
  const given = ipv6 ?? host ?? text;
  const range = parseRange(given);
  if (range === undefined && (host === undefined || !isName(host))) return undefined;
  return {
    name: range === undefined ? given.toLowerCase() : null,
    range: range ?? null,
    port: port === null ? null : Number(port),
  };
}

function parseRange(text: string): AllowedHost['range'] | undefined {
  if (isIP(text) !== 0) return ipaddr.parseCIDR(`${text}/${isIP(text) === 4 ? 32 : 128}`);
  const [address = '', bits] = text.split('/');
  return isIP(address) !== 0 && bits !== undefined && ipaddr.isValidCIDR(text)
    ? ipaddr.parseCIDR(text)
    : undefined;
}

/** Whether the URL parser leaves the host as it is. If it makes an address of it, or refuses it, it is not a name. */
function isName(host: string): boolean {
  return URL.parse(`http://${host}/`)?.hostname === host.toLowerCase() && !host.includes('*');
}
