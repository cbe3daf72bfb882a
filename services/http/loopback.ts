import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host name or address always means this machine. IPv6 with or without brackets. */
export function isLoopbackName(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (isIPv6(bare)) return LOOPBACK.check(bare, 'ipv6');
  return bare === 'localhost' || (isIPv4(bare) && LOOPBACK.check(bare, 'ipv4'));
}

/** Whether the `Host` of a request means this machine. */
export function isLoopbackHost(host: string | undefined): boolean {
  const url = `http://${host ?? ''}`;
  return URL.canParse(url) && isLoopbackName(new URL(url).hostname);
}

/**
 * Pages of any site can send requests to this machine: they name another host, or their origin. In a container, programs
 * of other containers name the service, and no origin.
 * @returns why a server for programs, and for its own pages, must refuse the request; null = it need not
 */
export function whyForeign({ headers, socket }: IncomingMessage): string | null {
  const { host, origin } = headers;
  const isHere = isLoopbackName(socket.localAddress ?? '');
  if ((isHere || origin !== undefined) && !isLoopbackHost(host))
    return 'the Host must name this machine';
  return origin === undefined || origin === `http://${host}` ? null : 'the Origin is another site';
}
