import { isTooWide } from '@aio/platform/address-range';
import type { Variable } from '@aio/platform/environment';
import { define } from '@aio/platform/variables';
import {
  ALLOW_HOSTS_VARIABLE,
  type AllowedHost,
  parseAllowedHost,
} from './steps/http-addresses.ts';

const NOBODY = 'none';
/** This machine on any port, so that workflows can call services under development. */
const DEVELOPMENT_HOSTS = 'localhost,127.0.0.0/8,::1';

/**
 * Private hosts that http steps may call: `gateway.internal,reports.internal:8443,10.20.0.0/16`, or `none`. A name
 * permits every address it resolves to; an address or range permits every name that resolves to it.
 */
export function allowHosts(): Variable<readonly AllowedHost[]> {
  const fallback = parse(DEVELOPMENT_HOSTS) ?? [];
  const expected = `names, addresses or ranges, each with an optional port, like gateway.internal:8443,10.0.0.0/8, or ${NOBODY}`;
  return define<readonly AllowedHost[]>(
    ALLOW_HOSTS_VARIABLE,
    expected,
    {
      fallback,
      refuseInProduction: (given) => {
        if (holdsAll(given, fallback))
          return `the default is for development; list the private hosts that http steps may call, or set ${NOBODY}`;
        const wide = given.find(({ range }) => range && isTooWide(range[0].toString(), range[1]));
        return wide?.range
          ? `${wide.range.join('/')} is too wide; list single hosts, or ranges no wider than 10.0.0.0/8`
          : null;
      },
    },
    parse,
  );
}

function parse(given: string): readonly AllowedHost[] | undefined {
  if (given.trim() === NOBODY) return [];
  const hosts = given.split(',').map((part) => parseAllowedHost(part.trim()));
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

function holdsAll(hosts: readonly AllowedHost[], wanted: readonly AllowedHost[]): boolean {
  const held = new Set(hosts.map((host) => JSON.stringify(host)));
  return wanted.every((host) => held.has(JSON.stringify(host)));
}
