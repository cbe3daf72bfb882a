import { select } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const api = (instance: string) => ({ job: 'api', instance }) as const;
const waiting = (state: 'ready_steps' | 'queued_runs', instance = 'a') =>
  select('queueDepth', { queue: 'default', state, ...api(instance) });
const slots = (state: 'used' | 'free') =>
  select('workerSlots', { state, job: 'worker', instance: 'w' });
const oldest = (instance: string) => select('queueOldestAge', { queue: 'llm', ...api(instance) });
const stuck = (reason: 'unclaimed' | 'lease_expired', instance = 'a') =>
  select('stuckRuns', { reason, ...api(instance) });
const jobs = (state: 'waiting' | 'delayed' | 'active' | 'failed', instance = 'a') =>
  select('queueJobs', { queue: 'http', state, ...api(instance) });
const rows = (state: 'waiting' | 'active', instance = 'a') =>
  select('queueRows', { queue: 'http', state, ...api(instance) });

export const QUEUE_CASES: readonly RuleCase[] = [
  ...casesOf('BacklogGrowsWhileIdle', [
    fires(
      'the backlog grows while most slots are free; two replicas report it',
      '20m',
      [
        [waiting('ready_steps'), '0x60'],
        [waiting('queued_runs'), '0+10x60'],
        [waiting('queued_runs', 'b'), '0+10x60'],
        [slots('free'), '12x60'],
        [slots('used'), '4x60'],
      ],
      { summary: '200 steps and runs wait, and the backlog grows while workers are idle' },
    ),
    quiet('the backlog grows because all slots are used', '20m', [
      [waiting('queued_runs'), '0+10x60'],
      [slots('free'), '0x60'],
      [slots('used'), '16x60'],
    ]),
    quiet('the backlog shrinks and workers run out of work', '20m', [
      [waiting('queued_runs'), '1000-10x60'],
      [slots('free'), '12x60'],
      [slots('used'), '4x60'],
    ]),
  ]),
  ...casesOf('OldestJobAge', [
    fires(
      'the queue stands still',
      '10m',
      [
        [oldest('a'), '0+60x60'],
        [oldest('b'), '0+60x60'],
      ],
      { labels: { queue: 'llm' }, summary: 'The oldest job in queue llm has waited 10m 0s' },
    ),
    quiet('four minutes in the queue', '20m', [[oldest('a'), '0+60x4 240x60']]),
  ]),
  ...casesOf('StuckRuns', [
    fires(
      'runs that no worker claims',
      '10m',
      [
        [stuck('unclaimed'), '0 3x60'],
        [stuck('unclaimed', 'b'), '0 3x60'],
        [stuck('lease_expired'), '0x60'],
      ],
      { labels: { reason: 'unclaimed' }, summary: '3 runs are stuck: unclaimed' },
    ),
    quiet('runs that were stuck for three minutes', '10m', [[stuck('unclaimed'), '0 3x2 0x60']]),
  ]),
  ...casesOf('QueueCountsDiffer', [
    fires(
      'jobs without rows; two replicas report both',
      '10m',
      [
        [jobs('waiting'), '40x20'],
        [jobs('waiting', 'b'), '40x20'],
        [jobs('delayed'), '0 200x20'],
        [jobs('delayed', 'b'), '0 200x20'],
        [jobs('active'), '64x20'],
        [rows('waiting'), '40x20'],
        [rows('waiting', 'b'), '40x20'],
        [rows('active'), '64x20'],
      ],
      {
        labels: { queue: 'http' },
        summary: 'Queue http: jobs in Redis minus rows in PostgreSQL = 200',
      },
    ),
    fires(
      'rows whose jobs were lost',
      '10m',
      [
        [jobs('waiting'), '1000 0x20'],
        [jobs('active'), '64x20'],
        [rows('waiting'), '1000x20'],
        [rows('active'), '64x20'],
      ],
      {
        labels: { queue: 'http' },
        summary: 'Queue http: jobs in Redis minus rows in PostgreSQL = -1000',
      },
    ),
    quiet('jobs were lost, and sent again within four minutes', '10m', [
      [jobs('waiting'), '1000 0x3 1000x20'],
      [rows('waiting'), '1000x24'],
    ]),
    quiet('a tenth of a long queue and a few jobs of a short one are in transit', '15m', [
      [jobs('waiting'), '9100x20'],
      [rows('waiting'), '10000x20'],
      [select('queueJobs', { queue: 'llm', state: 'active', ...api('a') }), '45x20'],
      [select('queueRows', { queue: 'llm', state: 'active', ...api('a') }), '0x20'],
    ]),
    quiet('jobs are taken but not claimed while a suspect step runs alone', '15m', [
      [jobs('active'), '200x20'],
      [rows('waiting'), '199x20'],
      [rows('active'), '1x20'],
    ]),
    quiet('failed jobs do not count', '15m', [
      [jobs('waiting'), '0x20'],
      [jobs('failed'), '500x20'],
      [rows('waiting'), '0x20'],
    ]),
    quiet('Redis is down, which has its own alert', '15m', [
      [jobs('waiting'), '1000 _x20'],
      [rows('waiting'), '1000x20'],
    ]),
  ]),
];
