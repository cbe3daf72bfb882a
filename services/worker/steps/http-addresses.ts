import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The setting that lets http steps through to private hosts; messages name it. */
export const ALLOW_HOSTS_VARIABLE = 'HTTP_STEP_ALLOW_HOSTS';

/** A private host that steps may ask all the same: a name as it stands in a URL, or addresses. */
export interface AllowedHost {
  /** Lower case; null = it is about addresses. */
  name: string | null;
  /** The first address of a range and its length in bits; null = it is about a name. */
  range: [ipaddr.IPv4 | ipaddr.IPv6, number] | null;
  /** null = any. */
  port: number | null;
}

/** What a connection is wanted to. */
export interface Target {
  /** As it stands in the URL; an IPv6 address without its brackets. */
  host: string;
  port: number;
}

/** What of the IPv6 space is handed out to the internet; all else is something special. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
const PUBLIC = 'unicast';

/**
 * Where clouds answer their own machines: credentials, start-up scripts, name servers. Some are neither private nor
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

/** IPv6 addresses that stand for IPv4 addresses, those of the cloud too. */
const STANDS_FOR_IPV4 = [
  '::/96',
  '::ffff:0:0/96',
  '::ffff:0:0:0/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
].map((range) => ipaddr.parseCIDR(range));

/** By a gateway that turns 64:ff9b::/96 into IPv4. */
const CLOUD_PLATFORMS_BY_NAT64 = CLOUD_PLATFORMS.filter(([first]) => first.kind() === 'ipv4').map(
  ([first, bits]) => ipaddr.parseCIDR(`64:ff9b::${first}/${bits + 96}`),
);

/** What a setting must name by its very address: who opens a range, or a name, hardly means it. */
const NAMED_ALONE = [...CLOUD_PLATFORMS, ...CLOUD_PLATFORMS_BY_NAT64, ...STANDS_FOR_IPV4];

/**
 * Why steps may not be led to one of these addresses, in the words of ipaddr.js ("private",
 * "loopback", "linkLocal", …); null = they may be led to all of them.
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

/** `unicast` = an address of the public internet. */
export function rangeOf(address: string): string {
  if (isIP(address) === 0) return 'unknown';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== PUBLIC) return range;
  if (isWithin(address, CLOUD_PLATFORMS)) return 'cloudPlatform';
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6) ? PUBLIC : 'reserved';
}

/** @param isAlone only by its very address */
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

/** As the parser of URLs leaves it: what it would turn into an address or refuse is no name. */
function isName(host: string): boolean {
  return URL.parse(`http://${host}/`)?.hostname === host.toLowerCase() && !host.includes('*');
}
