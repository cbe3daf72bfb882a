import { BlockList, isIP } from 'node:net';
import { RATE_LIMIT_POLICIES, type RateLimitPolicy } from '@aio/catalog/labels';
import type { Variable } from '@aio/platform/environment';
import { define } from '@aio/platform/variables';
import type { Quota, Quotas } from './quota.ts';

const WINDOW_MS = { s: 1_000, m: 60_000, h: 3_600_000 };
const MAX_REQUESTS = 1_000_000_000;

/** `user=600/1m,address=off`: those that are named, the others as they are. */
export function rateLimits(name: string): Variable<Partial<Quotas>> {
  const expected = `some of ${RATE_LIMIT_POLICIES.join(', ')} with a quota each, like user=600/1m, or off, separated by commas`;
  return define<Partial<Quotas>>(name, expected, { fallback: {} }, (given) => {
    const quotas: Partial<Record<RateLimitPolicy, Quota | null>> = {};
    for (const part of given.split(',')) {
      const [policy, text = ''] = part.trim().split('=', 2);
      const known = RATE_LIMIT_POLICIES.find((one) => one === policy);
      const quota = parseQuota(text);
      if (known === undefined || quota === undefined) return undefined;
      quotas[known] = quota;
    }
    return quotas;
  });
}

function parseQuota(text: string): Quota | null | undefined {
  if (text === 'off') return null;
  const match = /^([1-9]\d{0,9})\/(\d{0,4})([smh])$/.exec(text);
  if (match === null) return undefined;
  const requests = Number(match[1]);
  const windowMs = Number(match[2] || 1) * WINDOW_MS[match[3] as keyof typeof WINDOW_MS];
  return requests <= MAX_REQUESTS && windowMs > 0 ? { requests, windowMs } : undefined;
}

/** Addresses and ranges of proxies: `10.0.0.0/8,fd00::/8`, or `none`. */
export function proxies(name: string, options: { fallback: string }): Variable<BlockList> {
  const expected = 'addresses or ranges like 10.0.0.0/8, separated by commas, or none';
  return define(name, expected, { fallback: parseProxies(options.fallback)! }, parseProxies);
}

function parseProxies(given: string): BlockList | undefined {
  const list = new BlockList();
  if (given.trim() === 'none') return list;
  for (const part of given.split(',')) {
    const [address = '', bits] = part.trim().split('/', 2);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const all = family === 'ipv6' ? 128 : 32;
    const length = bits === undefined ? all : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (isIP(address) === 0 || length < 0 || length > all) return undefined;
    list.addSubnet(address, length, family);
  }
  return list;
}
