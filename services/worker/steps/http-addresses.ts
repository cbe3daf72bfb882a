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
 * Why steps may not be led to one of these addresses, in the words of ipaddr.js ("private",
 * "loopback", "linkLocal", …); null = they may be led to all of them.
 */
export function findRefusedRange(
  { host, port }: Target,
  addresses: readonly string[],
  allowed: readonly AllowedHost[],
): string | null {
  const here = allowed.filter((one) => one.port === null || one.port === port);
  if (here.some(({ name }) => name === host.toLowerCase())) return null;
  for (const address of addresses) {
    const range = rangeOf(address);
    if (range !== PUBLIC && !here.some((one) => covers(one, address))) return range;
  }
  return null;
}

/** `unicast` = an address of the public internet. */
export function rangeOf(address: string): string {
  if (isIP(address) === 0) return 'unknown';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  const isPublic = parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6);
  return range === PUBLIC && !isPublic ? 'reserved' : range;
}

function covers({ range }: AllowedHost, address: string): boolean {
  if (range === null || isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return parsed.kind() === range[0].kind() && parsed.match(range);
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
