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
 * Headers and bodies have no time limit here: an attempt ends by its signal, and an LLM may think for
 * longer than undici's 300 s.
 */
const UNTIL_ABORTED = { headersTimeout: 0, bodyTimeout: 0 };

/** All addresses of a name. */
export type LookUp = (
  hostname: string,
  options: { all: true; hints?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Connections to where the operator says, kept alive between steps. Whoever makes it closes it. */
export function createHttpAgent(): Agent {
  return new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, ...UNTIL_ABORTED });
}

/**
 * Connections to where a workflow says: to the public internet and to `allowed`. Every address of a
 * name is looked at, and the connection is made to one of those and to no other: the name is not asked
 * again, so that what it says the next time does not matter. Requests fail with StepError
 * `address_refused`, which no further attempt would change.
 */
export function createGuardedAgent(options: {
  allowed: readonly AllowedHost[];
  /** Told of each connection that is not made. */
  onRefused?: (range: string) => void;
  lookUp?: LookUp;
}): Agent {
  const guard = { lookUp, onRefused: () => {}, ...options };
  return new Agent({
    ...UNTIL_ABORTED,
    // A pool has one origin, so that its look-ups know the port that is wanted.
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
  // An address is not looked up, so it is looked at here.
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

/** Says the kind of address and not which: names of the inside are not to be explored from here. */
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
