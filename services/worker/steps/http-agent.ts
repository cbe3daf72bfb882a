import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, Pool } from 'undici';
import {
  ALLOW_HOSTS_VARIABLE,
  type AllowedHost,
  findRefusedRange,
  type Target,
} from './http-addresses.ts';
import { StepError } from '@aio/core/run/step-outcome';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * No time limit for headers and bodies: the attempt's signal ends it, and an LLM may think longer than undici's 300 s.
 */
const UNTIL_ABORTED = { headersTimeout: 0, bodyTimeout: 0 };

/** Resolves a name to all its addresses, like `dns.lookup`. */
export type LookUp = (
  hostname: string,
  options: { all: true; hints?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Connections to addresses that the operator sets, kept alive between steps. The caller closes it. */
export function createHttpAgent(): Agent {
  return new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, ...UNTIL_ABORTED });
}

/**
 * Connections to addresses that a workflow sets: the public internet and `allowed`. The agent checks every address of a
 * name and connects to one of them without a second lookup, so a changed DNS answer cannot redirect it. Other requests
 * fail with StepError `address_refused`, which is not retryable.
 */
export function createGuardedAgent(options: {
  allowed: readonly AllowedHost[];
  /** Called for each refused connection. */
  onRefused?: (range: string) => void;
  lookUp?: LookUp;
}): Agent {
  const guard = { lookUp, onRefused: () => {}, ...options };
  return new Agent({
    ...UNTIL_ABORTED,
    // A pool has one origin, so its lookups know the port.
    factory: (origin, poolOptions) =>
      new Pool(origin, { ...poolOptions, connect: createConnector(new URL(origin), guard) }),
  });
}

interface Guard {
  allowed: readonly AllowedHost[];
  onRefused: (range: string) => void;
  lookUp: LookUp;
}

function createConnector(origin: URL, guard: Guard): buildConnector.connector {
  const target: Target = {
    host: origin.hostname.replaceAll(/[[\]]/g, ''),
    port: Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80),
  };
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    lookup: createLookup(target, guard),
  });
  if (isIP(target.host) === 0) return connect;
  // undici does not look up an address, so check it here.
  return (options, done) => {
    const refusal = refuse(target, [target.host], guard);
    if (refusal === null) connect(options, done);
    else queueMicrotask(() => done(refusal, null));
  };
}

function createLookup(target: Target, guard: Guard): LookupFunction {
  return (hostname, { all, hints = 0 }, done) => {
    guard.lookUp(hostname, { all: true, hints }, (error, found) => {
      const addresses = error === null ? found : [];
      const refusal =
        error ??
        refuse(
          target,
          addresses.map(({ address }) => address),
          guard,
        );
      const first = addresses[0];
      if (refusal !== null || first === undefined) done(refusal ?? noAddress(hostname), '');
      else if (all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

/** Names the range and not the address, so that workflow authors cannot explore internal names. */
function refuse(
  target: Target,
  addresses: readonly string[],
  { allowed, onRefused }: Guard,
): StepError | null {
  const range = findRefusedRange(target, addresses, allowed);
  if (range === null) return null;
  onRefused(range);
  const { host, port } = target;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new StepError(
    'address_refused',
    `${address} is not on the public internet (${range}), so the worker did not call it. ` +
      `If you mean this server, add ${address} to ${ALLOW_HOSTS_VARIABLE} of the workers.`,
    { retryable: false, details: { host, port, range, setting: ALLOW_HOSTS_VARIABLE } },
  );
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
}
