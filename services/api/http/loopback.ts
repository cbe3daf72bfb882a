import { isIPv4 } from 'node:net';

/** Whether a host name or address can only mean this machine. IPv6 with or without brackets. */
export function isLoopbackName(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}
