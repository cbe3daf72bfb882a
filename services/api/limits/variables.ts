import { BlockList, isIP } from 'node:net';
import { RATE_LIMIT_POLICIES, type RateLimitPolicy } from '@aio/catalog/metrics/labels';
import type { Variable } from '@aio/platform/settings/environment';
import { define } from '@aio/platform/settings/variables';
import { DEVELOPMENT_QUOTAS, type Quota, type Quotas } from './quota.ts';

const WINDOW_MS = { s: 1_000, m: 60_000, h: 3_600_000 };
const MAX_REQUESTS = 1_000_000_000;

/** `user=600/1m,address=off`: overrides the named quotas. */
export function rateLimits(name: string): Variable<Partial<Quotas>> {
  const expected = `quotas like user=600/1m or user=off, separated by commas, for ${RATE_LIMIT_POLICIES.join(', ')}`;
  const options = { fallback: {}, refuseInProduction: refuseNoLimits };
  return define<Partial<Quotas>>(name, expected, options, (given) => {
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

/** Those that limit requests of callers with a token. */
const BOUNDING = RATE_LIMIT_POLICIES.filter((policy) => policy !== 'anonymous');

/** The quotas of development count as no limit. */
function refuseNoLimits(quotas: Partial<Quotas>): string | null {
  const isOff = BOUNDING.every((policy) => {
    const quota = quotas[policy];
    return quota === null || (quota && rateOf(quota) >= rateOf(DEVELOPMENT_QUOTAS[policy]));
  });
  return isOff
    ? `every quota is off or as high as in development; limit at least one of ${BOUNDING.join(', ')}`
    : null;
}

function rateOf(quota: Quota | null): number {
  return quota === null ? Infinity : quota.requests / quota.windowMs;
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

/** undefined = a range is invalid. */
function parseProxies(given: string): BlockList | undefined {
  const list = new BlockList();
  if (given.trim() === 'none') return list;
  for (const part of given.split(',')) {
    const [address = '', bits] = part.trim().split('/', 2);
    const version = isIP(address);
    const all = version === 6 ? 128 : 32;
    const prefix = bits === undefined ? all : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
    if (version === 0 || prefix > all) return undefined;
    list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
