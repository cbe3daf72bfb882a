import type { StatusClass } from '@aio/catalog/metrics/labels';
import type { SloKey } from '@aio/catalog/objectives/slos';
import { countOf, select, withinBound } from '@aio/catalog/metrics/select';
import type { RuleCase } from './rule-case.ts';

const TARGET = { job: 'api', instance: 'a' } as const;
const request = (status: StatusClass) => countOf('httpResponses', { status, ...TARGET });
const run = (outcome: 'succeeded' | 'failed') =>
  select('runsEnded', { outcome, job: 'worker', instance: 'w' });

/** A rate over one minute needs samples at the scrape interval. */
const EVERY = '15s';

/** Series of good and bad events. */
const EVENTS: Readonly<
  Record<SloKey, (bad: string, good: string, all: string) => RuleCase['given']>
> = {
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
  telemetryLoss: (bad, good) => [
    [select('spansDropped', { reason: 'queue_full', ...TARGET }), bad],
    [select('spansDropped', { reason: 'export_failed', ...TARGET }), '0x1200'],
    [select('spansExported', TARGET), good],
  ],
};

const AVAILABILITY = [
  'ApiAvailabilityBurn',
  'apiAvailability',
  'API availability',
  '0.1%',
] as const;
const LATENCY = ['ApiLatencyBurn', 'apiLatency', 'API latency', '1%'] as const;
const RUN_SUCCESS = ['RunSuccessBurn', 'runSuccess', 'Run success', '5%'] as const;
const QUEUE_TIME = ['QueueTimeBurn', 'queueTime', 'Queue time', '1%'] as const;
const TELEMETRY = ['TelemetryLossBurn', 'telemetryLoss', 'Telemetry loss', '1%'] as const;

/** Each objective burns fast; and cases in which no alert may fire. */
export const BURN_RATE_CASES: readonly RuleCase[] = [
  steady(AVAILABILITY, 2, '10m', ['1h']),
  steady(AVAILABILITY, 2, '20m', ['1h', '6h']),
  steady(AVAILABILITY, 100, '10m', ['1h']),
  steady(LATENCY, 30, '10m', ['1h']),
  steady(RUN_SUCCESS, 80, '10m', ['1h']),
  steady(QUEUE_TIME, 30, '10m', ['1h']),
  steady(TELEMETRY, 30, '10m', ['1h']),
  {
    name: 'a burst of errors has ended',
    alert: 'ApiAvailabilityBurn',
    every: EVERY,
    given: EVENTS.apiAvailability('0+1.25x40 50x1200', '0+23.75x1200', ''),
    at: '50m',
    fires: [],
  },
  {
    name: 'one of two requests in the night fails',
    alert: 'ApiAvailabilityBurn',
    every: EVERY,
    given: EVENTS.apiAvailability('0+0.025x240', '0+0.025x240', ''),
    at: '10m',
    fires: [],
  },
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
  steady(AVAILABILITY, 0.4, '2h', ['1d']),
  steady(AVAILABILITY, 0.15, '4h', ['3d']),
  steady(AVAILABILITY, 0.05, '4h', []),
  steady(LATENCY, 0.5, '2h', []),
  steady(RUN_SUCCESS, 4, '2h', []),
  steady(QUEUE_TIME, 0.5, '2h', []),
  steady(TELEMETRY, 0.5, '2h', []),
];

/** From the start, a share of 100 events a minute is bad. */
function steady(
  [alert, slo, title, allowed]: readonly [string, SloKey, string, string],
  percent: number,
  at: RuleCase['at'],
  windows: readonly string[],
): RuleCase {
  const counter = (perMinute: number) => `0+${Number((perMinute / 4).toFixed(6))}x1200`;
  return {
    name: `${title}: ${percent} % bad for ${at}`,
    alert,
    every: EVERY,
    given: EVENTS[slo](counter(percent), counter(100 - percent), counter(100)),
    at,
    fires: windows.map((window) => ({
      window,
      labels: { slo },
      summary: `${title}: ${percent}% bad in ${window}, the objective allows ${allowed}`,
    })),
  };
}
