import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Waiting } from '../../shared/api.ts';
import { at } from '../../test/samples.ts';
import { formatMoment } from '../format/moment.ts';
import { describeWait, isStopped } from './describe-wait.ts';

const NOW = Date.parse(at(0));
const SOON = at(12_000);
const clock = formatMoment(SOON, NOW);
const approval = { reason: 'approval', approvalId: 'a', role: null, user: null } as const;
const paused = { reason: 'workflow_paused', workflow: 'w', since: at(-300_000) } as const;

const SENTENCES: readonly (readonly [Waiting, string])[] = [
  [{ reason: 'no_worker', lane: 'llm' }, 'No worker for llm'],
  [{ reason: 'no_worker', lane: 'default' }, 'No workers are running'],
  [
    { reason: 'lane_paused', lane: 'http', by: 'Ada', since: at(-300_000), pauseReason: null },
    'Lane http paused by Ada 5 min ago',
  ],
  [
    { reason: 'lane_paused', lane: 'http', by: null, since: at(-300_000), pauseReason: null },
    'Lane http paused 5 min ago',
  ],
  [
    {
      reason: 'lane_paused',
      lane: 'http',
      by: 'Ada',
      since: at(-300_000),
      pauseReason: 'maintenance',
    },
    'Lane http paused by Ada 5 min ago: maintenance',
  ],
  [
    { ...paused, by: 'Ada', pauseReason: 'The vendor is down.' },
    'Workflow paused by Ada 5 min ago: The vendor is down',
  ],
  [{ ...paused, by: null, pauseReason: null }, 'Workflow paused 5 min ago'],
  [
    { reason: 'slots_busy', lane: 'http', slots: 64, busy: 64, position: 2 },
    '64 of 64 slots of http busy, 3rd in line',
  ],
  [
    { reason: 'slots_busy', lane: 'http', slots: 1, busy: 1, position: 100 },
    '1 of 1 slots of http busy, 100 or more ahead',
  ],
  [
    { reason: 'dispatch', lane: 'http', position: 0 },
    'On its way to a worker of http, next in line',
  ],
  [
    { reason: 'model_rate', model: 'openai/x', until: SOON },
    'Rate limit of openai/x, next try in 12 s',
  ],
  [{ reason: 'retry', attempt: 2, of: 4, at: SOON }, 'Retry 2 of 4 in 12 s'],
  [{ reason: 'retry', attempt: 2, of: 4, at: at(-1) }, 'Retry 2 of 4 now'],
  [{ reason: 'delay', until: SOON }, `Delay until ${clock}`],
  [{ ...approval, role: 'admin', until: SOON }, `Approval by role admin, until ${clock}`],
  [{ ...approval, user: 'ada@test', until: null }, 'Approval by ada@test'],
  [{ ...approval, until: null }, 'Approval by the owner of the run or an admin'],
  [{ reason: 'event', name: 'order.paid', key: '42', until: null }, 'Event order.paid with key 42'],
  [
    { reason: 'child', runId: '01900000-0000-7000-8000-00000000abcd', until: null },
    'Child run 0000abcd',
  ],
  [
    { reason: 'map_concurrency', running: 8, limit: 8 },
    'Map concurrency limit: 8 of 8 items running',
  ],
  [{ reason: 'queued_run', position: 21 }, 'Queued, 22nd in line'],
  [{ reason: 'queued_run', position: 10 }, 'Queued, 11th in line'],
  [{ reason: 'queued_run', position: null }, 'Queued'],
  [
    { reason: 'lease', until: SOON },
    'Its worker sends no heartbeat, another worker takes over in 12 s',
  ],
];

test('each reason is a sentence', () => {
  for (const [wait, sentence] of SENTENCES) assert.equal(describeWait(wait, NOW), sentence);
});

test('waits that need a person differ from waits that end by themselves', () => {
  assert.equal(isStopped({ reason: 'no_worker', lane: 'llm' }), true);
  assert.equal(isStopped({ ...paused, by: null, pauseReason: null }), true);
  assert.equal(isStopped({ reason: 'delay', until: SOON }), false);
});
