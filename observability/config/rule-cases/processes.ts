import { select, selectProcess, selectUp } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const api = (instance: string) => selectUp({ job: 'api', instance });
const worker = (instance: string) => selectUp({ job: 'worker', instance });
const lost = (instance = 'a') => select('workersLost', { job: 'api', instance });
const takenOver = (worker: string, by = 'w') =>
  select('leaseTakenOverAt', { worker, job: 'worker', instance: by });
const blocked = select('eventLoopBlocked', { job: 'worker', instance: 'w' });
const API = { job: 'api', instance: 'a' } as const;
const dropped = select('httpConnectionsDropped', API);

export const PROCESS_CASES: readonly RuleCase[] = [
  ...casesOf('NoApiUp', [
    fires('the API is down', '10m', [[api('a'), '1x4 0x60']], {
      summary: '0 instances of the API are up',
    }),
    quiet('one of two APIs is down', '10m', [
      [api('a'), '1x4 0x60'],
      [api('b'), '1x60'],
    ]),
  ]),
  ...casesOf('NoWorkerUp', [
    fires('discovery finds no worker', '15m', [[worker('w'), '1x4 _x60']], {
      summary: '0 workers are up',
    }),
    quiet('one worker is left', '15m', [
      [worker('w'), '1x4 _x60'],
      [worker('x'), '1x60'],
    ]),
  ]),
  ...casesOf('TargetDown', [
    fires(
      'a worker does not answer',
      '10m',
      [
        [worker('w'), '1x4 0x60'],
        [worker('x'), '1x60'],
      ],
      {
        labels: { job: 'worker', instance: 'w' },
        summary: 'Prometheus cannot scrape worker at w (up is 0)',
      },
    ),
    quiet('one scrape is missed', '6m', [[worker('w'), '1x4 0 1x60']]),
    fires(
      'discovery drops one of three workers, which was killed',
      '30m',
      [
        [worker('v'), '1x60'],
        [worker('w'), '1x19 stale'],
        [worker('x'), '1x60'],
        [lost(), '0x19 1x60'],
      ],
      {
        labels: { job: 'worker' },
        summary: 'Prometheus finds fewer workers than the 3 of the last hour',
      },
    ),
    quiet('one of three workers shut down cleanly', '30m', [
      [worker('v'), '1x60'],
      [worker('w'), '1x19 stale'],
      [worker('x'), '1x60'],
      [lost(), '0x60'],
    ]),
    quiet(
      'a killed worker restarts at another address, and discovery lists both for a moment',
      '30m',
      [
        [worker('v'), '1x60'],
        [worker('w'), '1x19 stale'],
        [worker('x'), '_x19 1x60'],
        [lost(), '0x19 1x60'],
      ],
    ),
    fires(
      'discovery drops one of three workers and another hangs: the alert names the one that hangs',
      '30m',
      [
        [worker('v'), '1x60'],
        [worker('w'), '1x19 stale'],
        [worker('x'), '1x19 0x60'],
        [lost(), '0x19 2x60'],
        [lost('b'), '0x19 2x60'],
      ],
      {
        labels: { job: 'worker', instance: 'x' },
        summary: 'Prometheus cannot scrape worker at x (up is 0)',
      },
    ),
  ]),
  ...casesOf('LeaseTakeovers', [
    fires(
      'two workers took over the runs of a killed one',
      '11m',
      [
        [takenOver('dead', 'v'), '_x9 590x60'],
        [takenOver('dead'), '_x9 600x60'],
      ],
      {
        labels: { worker: 'dead' },
        summary: 'Runs were taken over from worker dead 1m 0s ago',
      },
    ),
    quiet('the takeover was three minutes ago', '13m', [[takenOver('dead'), '_x9 600x60']]),
    fires(
      'five minutes later another worker loses its runs',
      '16m',
      [
        [takenOver('dead'), '_x9 600x60'],
        [takenOver('also-dead'), '_x14 900x60'],
      ],
      {
        labels: { worker: 'also-dead' },
        summary: 'Runs were taken over from worker also-dead 1m 0s ago',
      },
    ),
    fires(
      'five minutes later the same worker loses its runs again',
      '16m',
      [[takenOver('stands-still'), '_x9 600x5 900x60']],
      {
        labels: { worker: 'stands-still' },
        summary: 'Runs were taken over from worker stands-still 1m 0s ago',
      },
    ),
    quiet('in between, the alert has resolved', '13m', [
      [takenOver('stands-still'), '_x9 600x5 900x60'],
    ]),
  ]),
  ...casesOf('ConnectionsDropped', [
    {
      ...fires('an API turns 20 connections a minute away', '6m', [[dropped, '0x12 0+5x40']], {
        labels: { instance: 'a' },
        summary: 'The API at a closed 20 connections unread in a minute',
      }),
      every: '15s',
    },
    {
      ...quiet('five connections came at once', '6m', [[dropped, '0x22 5x40']]),
      every: '15s',
    },
  ]),
  ...casesOf('DescriptorsNearLimit', [
    fires(
      'an API uses 243 of 256 descriptors',
      '5m',
      [
        [selectProcess('process_open_fds', API), '243x10'],
        [selectProcess('process_max_fds', API), '256x10'],
      ],
      { labels: API, summary: 'api at a uses 94.92% of its file descriptors' },
    ),
    quiet('an API uses half of them', '5m', [
      [selectProcess('process_open_fds', API), '128x10'],
      [selectProcess('process_max_fds', API), '256x10'],
    ]),
  ]),
  ...casesOf('EventLoopLag', [
    fires('the event loop stands still for 10 s of every 30', '12m', [[blocked, '0x4 0+20x60']], {
      labels: { job: 'worker', instance: 'w' },
      summary: 'worker at w: event loop stands still 33.33% of the time',
    }),
    quiet('the event loop stood still once, for 10 s', '8m', [[blocked, '0x4 10x60']]),
  ]),
];
