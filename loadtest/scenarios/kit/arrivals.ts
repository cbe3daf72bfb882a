import type { Scenario } from 'k6/options';
import { settings } from './settings.ts';

/** Time for submitted runs to end before k6 abandons them. */
const GRACE = '30s';
/** A virtual user is busy from a run's submission to its end. */
const EXPECTED_RUN_SECONDS = 2;
const SLOW_RUN_SECONDS = 10;
const MOST_VIRTUAL_USERS = 1500;

interface Arrivals {
  /** Iterations that start per second, whether or not earlier ones have ended. Default: as asked. */
  rate?: number;
  /** Default: as asked. */
  seconds?: number;
  /** Seconds after the start of the test. */
  after?: number;
  /** Name of the exported function; default: the default export. */
  exec?: string;
}

/** Work that arrives at a fixed rate: slow answers do not slow it down. */
export function atRate({
  rate = settings.rate,
  seconds = settings.seconds,
  after = 0,
  exec = 'default',
}: Arrivals = {}): Scenario {
  return {
    executor: 'constant-arrival-rate',
    rate,
    timeUnit: '1s',
    duration: `${seconds}s`,
    startTime: `${after}s`,
    gracefulStop: GRACE,
    exec,
    preAllocatedVUs: virtualUsers(rate * EXPECTED_RUN_SECONDS),
    maxVUs: virtualUsers(rate * SLOW_RUN_SECONDS),
  };
}

/** The parts of a scenario one after the other, each with its share of the time. */
export function inTurn(
  parts: Record<string, { share: number; rate: number }>,
): Record<string, Scenario> {
  let after = 0;
  const scenarios: Record<string, Scenario> = {};
  for (const [name, { share, rate }] of Object.entries(parts)) {
    const seconds = Math.max(1, Math.round(settings.seconds * share));
    scenarios[name] = atRate({ rate, seconds, after });
    after += seconds;
  }
  return scenarios;
}

function virtualUsers(wanted: number): number {
  return Math.min(MOST_VIRTUAL_USERS, Math.ceil(wanted) + 2);
}
