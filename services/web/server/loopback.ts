import { isIPv4 } from 'node:net';

/** Whether a host name or address always means this machine. IPv6 with or without brackets. */
export function isLoopbackName(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '');
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** The name in a Host header, without the port; '' = missing or invalid. */
export function hostnameOf(hostHeader: string | undefined): string {
  const url = `http://${hostHeader ?? ''}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}
