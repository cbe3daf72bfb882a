import { select } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

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
  {
    name: 'the backlog grows while most slots are free; two replicas report it',
    alert: 'BacklogGrowsWhileIdle',
    given: [
      [waiting('ready_steps'), '0x60'],
      [waiting('queued_runs'), '0+10x60'],
      [waiting('queued_runs', 'b'), '0+10x60'],
      [slots('free'), '12x60'],
      [slots('used'), '4x60'],
    ],
    at: '20m',
    fires: [{ summary: '200 steps and runs wait, and the backlog grows while workers are idle' }],
  },
  {
    name: 'the backlog grows because all slots are used',
    alert: 'BacklogGrowsWhileIdle',
    given: [
      [waiting('queued_runs'), '0+10x60'],
      [slots('free'), '0x60'],
      [slots('used'), '16x60'],
    ],
    at: '20m',
    fires: [],
  },
  {
    name: 'the backlog shrinks and workers run out of work',
    alert: 'BacklogGrowsWhileIdle',
    given: [
      [waiting('queued_runs'), '1000-10x60'],
      [slots('free'), '12x60'],
      [slots('used'), '4x60'],
    ],
    at: '20m',
    fires: [],
  },
  {
    name: 'the queue stands still',
    alert: 'OldestJobAge',
    given: [
      [oldest('a'), '0+60x60'],
      [oldest('b'), '0+60x60'],
    ],
    at: '10m',
    fires: [{ labels: { queue: 'llm' }, summary: 'The oldest job in queue llm has waited 10m 0s' }],
  },
  {
    name: 'four minutes in the queue',
    alert: 'OldestJobAge',
    given: [[oldest('a'), '0+60x4 240x60']],
    at: '20m',
    fires: [],
  },
  {
    name: 'runs that no worker claims',
    alert: 'StuckRuns',
    given: [
      [stuck('unclaimed'), '0 3x60'],
      [stuck('unclaimed', 'b'), '0 3x60'],
      [stuck('lease_expired'), '0x60'],
    ],
    at: '10m',
    fires: [{ labels: { reason: 'unclaimed' }, summary: '3 runs are stuck: unclaimed' }],
  },
  {
    name: 'runs that were stuck for three minutes',
    alert: 'StuckRuns',
    given: [[stuck('unclaimed'), '0 3x2 0x60']],
    at: '10m',
    fires: [],
  },
  {
    name: 'jobs without rows; two replicas report both',
    alert: 'QueueCountsDiffer',
    given: [
      [jobs('waiting'), '40x20'],
      [jobs('waiting', 'b'), '40x20'],
      [jobs('delayed'), '0 200x20'],
      [jobs('delayed', 'b'), '0 200x20'],
      [jobs('active'), '64x20'],
      [rows('waiting'), '40x20'],
      [rows('waiting', 'b'), '40x20'],
      [rows('active'), '64x20'],
    ],
    at: '10m',
    fires: [
      {
        labels: { queue: 'http' },
        summary: 'Queue http: jobs in Redis minus rows in PostgreSQL = 200',
      },
    ],
  },
  {
    name: 'rows whose jobs were lost',
    alert: 'QueueCountsDiffer',
    given: [
      [jobs('waiting'), '1000 0x20'],
      [jobs('active'), '64x20'],
      [rows('waiting'), '1000x20'],
      [rows('active'), '64x20'],
    ],
    at: '10m',
    fires: [
      {
        labels: { queue: 'http' },
        summary: 'Queue http: jobs in Redis minus rows in PostgreSQL = -1000',
      },
    ],
  },
  {
    name: 'jobs were lost, and sent again within four minutes',
    alert: 'QueueCountsDiffer',
    given: [
      [jobs('waiting'), '1000 0x3 1000x20'],
      [rows('waiting'), '1000x24'],
    ],
    at: '10m',
    fires: [],
  },
  {
    name: 'a tenth of a long queue and a few jobs of a short one are in transit',
    alert: 'QueueCountsDiffer',
    given: [
      [jobs('waiting'), '9100x20'],
      [rows('waiting'), '10000x20'],
      [select('queueJobs', { queue: 'llm', state: 'active', ...api('a') }), '45x20'],
      [select('queueRows', { queue: 'llm', state: 'active', ...api('a') }), '0x20'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'jobs are taken but not claimed while a suspect step runs alone',
    alert: 'QueueCountsDiffer',
    given: [
      [jobs('active'), '200x20'],
      [rows('waiting'), '199x20'],
      [rows('active'), '1x20'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'failed jobs do not count',
    alert: 'QueueCountsDiffer',
    given: [
      [jobs('waiting'), '0x20'],
      [jobs('failed'), '500x20'],
      [rows('waiting'), '0x20'],
    ],
    at: '15m',
    fires: [],
  },
  {
    name: 'Redis is down, which has its own alert',
    alert: 'QueueCountsDiffer',
    given: [
      [jobs('waiting'), '1000 _x20'],
      [rows('waiting'), '1000x20'],
    ],
    at: '15m',
    fires: [],
  },
];
