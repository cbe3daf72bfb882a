import { select, selectProcess, selectUp } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const api = (instance: string) => selectUp({ job: 'api', instance });
const worker = (instance: string) => selectUp({ job: 'worker', instance });
const lost = (instance = 'a') => select('workersLost', { job: 'api', instance });
const takenOver = (worker: string, by = 'w') =>
  select('leaseTakenOverAt', { worker, job: 'worker', instance: by });
const lag = selectProcess('nodejs_eventloop_lag_p99_seconds', { job: 'worker', instance: 'w' });

export const PROCESS_CASES: readonly RuleCase[] = [
  {
    name: 'the API is down',
    alert: 'NoApiUp',
    given: [[api('a'), '1x4 0x60']],
    at: '10m',
    fires: [{ summary: '0 instances of the API are up' }],
  },
  {
    name: 'one of two APIs is down',
    alert: 'NoApiUp',
    given: [
      [api('a'), '1x4 0x60'],
      [api('b'), '1x60'],
    ],
    at: '10m',
    fires: [],
  },
  {
    name: 'discovery finds no worker',
    alert: 'NoWorkerUp',
    given: [[worker('w'), '1x4 _x60']],
    at: '15m',
    fires: [{ summary: '0 workers are up' }],
  },
  {
    name: 'one worker is left',
    alert: 'NoWorkerUp',
    given: [
      [worker('w'), '1x4 _x60'],
      [worker('x'), '1x60'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'a worker does not answer',
    alert: 'TargetDown',
    given: [
      [worker('w'), '1x4 0x60'],
      [worker('x'), '1x60'],
    ],
    at: '10m',
    fires: [
      {
        labels: { job: 'worker', instance: 'w' },
        summary: 'Prometheus cannot scrape worker at w (up is 0)',
      },
    ],
  },
  {
    name: 'one scrape is missed',
    alert: 'TargetDown',
    given: [[worker('w'), '1x4 0 1x60']],
    at: '6m',
    fires: [],
  },
  {
    name: 'discovery drops one of three workers, which was killed',
    alert: 'TargetDown',
    given: [
      [worker('v'), '1x60'],
      [worker('w'), '1x19 stale'],
      [worker('x'), '1x60'],
      [lost(), '0x19 1x60'],
    ],
    at: '30m',
    fires: [
      {
        labels: { job: 'worker' },
        summary: 'Prometheus finds fewer workers than the 3 of the last hour',
      },
    ],
  },
  {
    name: 'one of three workers shut down cleanly',
    alert: 'TargetDown',
    given: [
      [worker('v'), '1x60'],
      [worker('w'), '1x19 stale'],
      [worker('x'), '1x60'],
      [lost(), '0x60'],
    ],
    at: '30m',
    fires: [],
  },
  {
    name: 'a killed worker restarts at another address, and discovery lists both for a moment',
    alert: 'TargetDown',
    given: [
      [worker('v'), '1x60'],
      [worker('w'), '1x19 stale'],
      [worker('x'), '_x19 1x60'],
      [lost(), '0x19 1x60'],
    ],
    at: '30m',
    fires: [],
  },
  {
    name: 'discovery drops one of three workers and another hangs: the alert names the one that hangs',
    alert: 'TargetDown',
    given: [
      [worker('v'), '1x60'],
      [worker('w'), '1x19 stale'],
      [worker('x'), '1x19 0x60'],
      [lost(), '0x19 2x60'],
      [lost('b'), '0x19 2x60'],
    ],
    at: '30m',
    fires: [
      {
        labels: { job: 'worker', instance: 'x' },
        summary: 'Prometheus cannot scrape worker at x (up is 0)',
      },
    ],
  },
  {
    name: 'two workers took over the runs of a killed one',
    alert: 'LeaseTakeovers',
    given: [
      [takenOver('dead', 'v'), '_x9 590x60'],
      [takenOver('dead'), '_x9 600x60'],
    ],
    at: '11m',
    fires: [
      {
        labels: { worker: 'dead' },
        summary: 'Runs were taken over from worker dead 1m 0s ago',
      },
    ],
  },
  {
    name: 'the takeover was three minutes ago',
    alert: 'LeaseTakeovers',
    given: [[takenOver('dead'), '_x9 600x60']],
    at: '13m',
    fires: [],
  },
  {
    name: 'five minutes later another worker loses its runs',
    alert: 'LeaseTakeovers',
    given: [
      [takenOver('dead'), '_x9 600x60'],
      [takenOver('also-dead'), '_x14 900x60'],
    ],
    at: '16m',
    fires: [
      {
        labels: { worker: 'also-dead' },
        summary: 'Runs were taken over from worker also-dead 1m 0s ago',
      },
    ],
  },
  {
    name: 'five minutes later the same worker loses its runs again',
    alert: 'LeaseTakeovers',
    given: [[takenOver('stands-still'), '_x9 600x5 900x60']],
    at: '16m',
    fires: [
      {
        labels: { worker: 'stands-still' },
        summary: 'Runs were taken over from worker stands-still 1m 0s ago',
      },
    ],
  },
  {
    name: 'in between, the alert has resolved',
    alert: 'LeaseTakeovers',
    given: [[takenOver('stands-still'), '_x9 600x5 900x60']],
    at: '13m',
    fires: [],
  },
  {
    name: 'the event loop is late all the time',
    alert: 'EventLoopLag',
    given: [[lag, '0.01x4 0.5x60']],
    at: '12m',
    fires: [
      {
        labels: { job: 'worker', instance: 'w' },
        summary: 'worker at w: event loop is 500ms late',
      },
    ],
  },
  {
    name: 'the event loop is late once',
    alert: 'EventLoopLag',
    given: [[lag, '0.01x4 0.5 0.01x60']],
    at: '5m',
    fires: [],
  },
];
