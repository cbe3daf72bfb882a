import { isLoopbackName } from '@aio/http/loopback';
import type { Variable } from '@aio/platform/settings/environment';
import { define, optionalText, url } from '@aio/platform/settings/variables';
import {
  ALLOW_HOSTS_VARIABLE,
  type AllowedHost,
  parseAllowedHost,
} from '../steps/http-addresses.ts';
import { STEP_LANES } from '@aio/core/run/jobs';
import { parseDurationMs } from '@aio/core/definition/duration';
import type { Rate } from '@aio/platform/redis/resource-rates';

const NOBODY = 'none';
/** This machine on any port, so that workflows can call services under development. */
const DEVELOPMENT_HOSTS = 'localhost,127.0.0.0/8,::1';

/**
 * Private hosts that http steps may call: `gateway.internal,reports.internal:8443,10.20.0.0/16`, or `none`. A name
 * permits every address it resolves to; an address or range permits every name that resolves to it.
 */
export function allowHosts(): Variable<readonly AllowedHost[]> {
  const expected = `names, addresses or ranges, each with an optional port, like gateway.internal:8443,10.0.0.0/8, or ${NOBODY}`;
  return define<readonly AllowedHost[]>(
    ALLOW_HOSTS_VARIABLE,
    expected,
    {
      fallback: parse(DEVELOPMENT_HOSTS) ?? [],
      refuseInProduction: (given) =>
        given.some(opensThisMachine)
          ? `it opens every port of this machine, as the default of development does; list the private hosts that http steps may call, this machine with a port, or set ${NOBODY}`
          : null,
    },
    parse,
  );
}

function parse(given: string): readonly AllowedHost[] | undefined {
  if (given.trim() === NOBODY) return [];
  const hosts = given.split(',').map((part) => parseAllowedHost(part.trim()));
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

function opensThisMachine({ name, range, port }: AllowedHost): boolean {
  return port === null && isLoopbackName(name ?? range?.[0].toString() ?? '');
}

/** Slots by lane. */
export type LaneSlots = ReadonlyMap<string, number>;

/**
 * `http:128,llm:16` = at most 128 http steps and 16 llm steps at once. A lane without a number gets its default. The worker
 * does not serve a lane that is not listed.
 */
export function lanes(name: string, fallback: LaneSlots): Variable<LaneSlots> {
  const example = [...fallback].map(([lane, slots]) => `${lane}:${slots}`).join(',');
  const expected = `lanes (${STEP_LANES.join(', ')}) with their slots, like ${example}, or none`;
  return define<LaneSlots>(name, expected, { fallback }, (given) => {
    const parsed = new Map<string, number>();
    if (given.trim() === 'none') return parsed;
    for (const part of given.split(',')) {
      const match = /^([a-z]+)(?::([1-9]\d{0,4}))?$/.exec(part.trim());
      if (!match || !STEP_LANES.includes(match[1]!) || parsed.has(match[1]!)) return undefined;
      parsed.set(match[1]!, match[2] === undefined ? fallback.get(match[1]!)! : Number(match[2]));
    }
    return parsed;
  });
}

/** `openai/gpt-6-luna=60/1m` = all workers together make at most 60 calls of that model per minute. */
export function modelRates(name: string): Variable<ReadonlyMap<string, Rate>> {
  const expected =
    'models with their calls per time, like openai/gpt-6-luna=60/1m, separated by commas';
  return define<ReadonlyMap<string, Rate>>(name, expected, { fallback: new Map() }, (given) => {
    const rates = new Map<string, Rate>();
    for (const part of given.split(',')) {
      const match = /^([^=\s]+\/[^=\s]+)=([1-9]\d{0,6})\/(\w+)$/.exec(part.trim());
      const periodMs = match && parseDurationMs(match[3]!);
      if (!match || !periodMs || rates.has(match[1]!)) return undefined;
      rates.set(match[1]!, { calls: Number(match[2]), periodMs });
    }
    return rates;
  });
}

const DAY_MS = 86_400_000;
const EVERYTHING = 'all';

/** How long runs are kept, e.g. `90d`, in milliseconds; null (`all`) = forever. */
export function retention(name: string): Variable<number | null> {
  const expected = `a number of days from 1d to 36500d, like 90d, or ${EVERYTHING}`;
  return define<number | null>(name, expected, { fallback: null }, (given) => {
    if (given === EVERYTHING) return null;
    const days = Number(/^(\d{1,5})d$/.exec(given)?.[1]);
    return days >= 1 && days <= 36_500 ? days * DAY_MS : undefined;
  });
}

/** Keys that Compose and `npm start` set for a simulated vendor. */
const SIMULATED_KEYS = ['simulated', 'simulated-key'];
/** Clients reach this machine by these, too. */
const UNSPECIFIED = ['0.0.0.0', '[::]'];

const REFUSAL = 'the simulator is for development';

/** A vendor's API key; null = steps that call the vendor fail. */
export function vendorKey(name: string): Variable<string | null> {
  return optionalText(name, {
    secret: true,
    refuseInProduction: (given) =>
      given !== null && SIMULATED_KEYS.includes(given)
        ? `${REFUSAL}; set the vendor's key, or leave it out`
        : null,
  });
}

/** Address of a vendor, or of your gateway to it. */
export function vendorUrl(name: string, fallback: string): Variable<string> {
  return url(name, {
    protocols: ['http', 'https'],
    fallback,
    refuseInProduction: (given) =>
      namesSimulator(new URL(given))
        ? `${REFUSAL}; leave it out to use the vendor's address, or set the address of your gateway, which must not be loopback`
        : null,
  });
}

/** `npm start` may choose any port of this machine. */
function namesSimulator({ hostname }: URL): boolean {
  return (
    hostname.includes('simulator') || isLoopbackName(hostname) || UNSPECIFIED.includes(hostname)
  );
}
