import type { StatusClass } from '@aio/catalog/metrics/labels';
import { type SloKey, SLOS } from '@aio/catalog/objectives/slos';
import { type SamplesOf, steadyCase } from '@aio/slo/rule-tests';
import { countOf, select, withinBound } from '@aio/catalog/metrics/select';
import type { RuleCase } from '@aio/slo/rule-case';

const TARGET = { job: 'api', instance: 'a' } as const;
const request = (status: StatusClass) => countOf('httpResponses', { status, ...TARGET });
const run = (outcome: 'succeeded' | 'failed') =>
  select('runsEnded', { outcome, job: 'worker', instance: 'w' });

/** A rate over one minute needs samples at the scrape interval. */
const EVERY = '15s';

/** Series of good and bad events. */
const EVENTS: Readonly<Record<Exclude<SloKey, 'telemetryLoss'>, SamplesOf>> = {
  apiAvailability: (bad, good) => [
    [request('5xx'), bad],
    [request('2xx'), good],
  ],
  apiLatency: (_bad, good, all) => {
    const labels = { status: '2xx', ...TARGET } as const;
    return [
      [withinBound('httpResponses', 0.25, labels), good],
      [countOf('httpResponses', labels), all],
    ];
  },
  runSuccess: (bad, good) => [
    [run('failed'), bad],
    [run('succeeded'), good],
  ],
  runDuration: (_bad, good, all) => {
    const target = { job: 'worker', instance: 'w' } as const;
    return [
      [withinBound('runTime', 75.5, target), good],
      [countOf('runTime', target), all],
    ];
  },
  queueTime: (_bad, good, all) => {
    const target = { job: 'worker', instance: 'w' } as const;
    const labels = { kind: 'http', ...target } as const;
    const runs = { begins_with: 'inline', ...target } as const;
    return [
      [withinBound('runQueueTime', 2.5, runs), '0x1200'],
      [countOf('runQueueTime', runs), '0x1200'],
      [withinBound('stepQueueTime', 2.5, labels), good],
      [countOf('stepQueueTime', labels), all],
    ];
  },
};

/** Each objective burns fast; and cases in which no alert may fire. */
export const BURN_RATE_CASES: readonly RuleCase[] = [
  steady('apiAvailability', 2, '15m', ['1h']),
  steady('apiAvailability', 2, '30m', ['1h', '6h']),
  steady('apiAvailability', 100, '15m', ['1h']),
  steady('apiLatency', 30, '15m', ['1h']),
  steady('runSuccess', 80, '15m', ['1h']),
  steady('runDuration', 80, '15m', ['1h']),
  steady('queueTime', 30, '15m', ['1h']),
  {
    name: 'a burst of errors has ended',
    alert: 'ApiAvailabilityBurn',
    every: EVERY,
    given: EVENTS.apiAvailability('0+1.25x40 50x1200', '0+23.75x1200', ''),
    at: '50m',
    fires: [],
  },
  {
    name: 'one of the requests of a quiet night fails',
    alert: 'ApiAvailabilityBurn',
    every: EVERY,
    given: EVENTS.apiAvailability('0x40 1x1200', '0+0.25x1200', ''),
    at: '15m',
    fires: [],
  },
  {
    name: 'a young system has too few events to say',
    alert: 'ApiAvailabilityBurn',
    every: EVERY,
    given: EVENTS.apiAvailability('0x40 0+0.25x40 10x1200', '0+0.25x1200', ''),
    at: '18m',
    fires: [],
  },
  {
    name: 'ten of the requests of a quiet night fail, one a minute',
    alert: 'ApiAvailabilityBurn',
    every: EVERY,
    // A quarter of an hour of traffic, a quarter without, and then one request a minute.
    given: EVENTS.apiAvailability('0x300 0+0.25x40 10x1200', '0+25x60 1500x60 1500+0.25x1200', ''),
    at: '84m',
    fires: [
      {
        window: '1h',
        labels: { slo: 'apiAvailability' },
        summary: 'API availability: 14.06% bad in 1h, the objective allows 0.1%',
      },
    ],
  },
  ...[2, 3, 4, 5, 10, 20, 60].map((minutes): RuleCase => ({
    name: `${minutes} minutes after an outage of 20 s, at five requests a second`,
    alert: 'ApiAvailabilityBurn',
    every: EVERY,
    // Five minutes of traffic, 98 errors, and the hour after.
    given: EVENTS.apiAvailability('0x20 49 98x400', '0+75x520', ''),
    at: `${5 + minutes}m`,
    fires: [],
  })),
  {
    name: 'the only run of the night fails',
    alert: 'RunSuccessBurn',
    every: EVERY,
    given: [[run('failed'), '0 1x240']],
    at: '10m',
    fires: [],
  },
];

/** Hours of slow burn, or of failures that the objective allows. */
export const SLOW_BURN_RATE_CASES: readonly RuleCase[] = [
  steady('apiAvailability', 0.4, '2h', ['1d']),
  steady('apiAvailability', 0.15, '4h', ['3d']),
  steady('apiAvailability', 0.05, '4h', []),
  steady('apiLatency', 0.5, '2h', []),
  steady('runSuccess', 4, '2h', []),
  steady('runDuration', 4, '2h', []),
  steady('queueTime', 0.5, '2h', []),
];

function steady(
  slo: keyof typeof EVENTS,
  percent: number,
  at: RuleCase['at'],
  windows: readonly string[],
): RuleCase {
  return steadyCase(slo, SLOS[slo], percent, at, windows, EVENTS[slo]);
}
