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

const busy = { reason: 'slots_busy', lane: 'http' } as const;
const lease = { reason: 'lease', until: SOON } as const;
const lanePaused = { reason: 'lane_paused', lane: 'http', since: at(-300_000) } as const;
const ourRun = '01900000-0000-7000-8000-00000000abcd';

const WAITS: Readonly<Record<string, Waiting>> = {
  'No worker for llm': { reason: 'no_worker', lane: 'llm' },
  'No workers are running': { reason: 'no_worker', lane: 'default' },
  'Lane http paused by Ada 5 min ago': { ...lanePaused, by: 'Ada', pauseReason: null },
  'Lane http paused 5 min ago': { ...lanePaused, by: null, pauseReason: null },
  'Lane http paused by Ada 5 min ago: down': { ...lanePaused, by: 'Ada', pauseReason: 'down' },
  'Workflow paused by Ada 5 min ago: It is down': {
    ...paused,
    by: 'Ada',
    pauseReason: 'It is down.',
  },
  'Workflow paused 5 min ago': { ...paused, by: null, pauseReason: null },
  '64 of 64 slots of http busy, 3rd in line': { ...busy, slots: 64, busy: 64, position: 2 },
  '1 of 1 slots of http busy, 100 or more ahead': { ...busy, slots: 1, busy: 1, position: 100 },
  'On its way to a worker of http, next in line': { reason: 'dispatch', lane: 'http', position: 0 },
  'Rate limit of openai/x, next try in 12 s': {
    reason: 'model_rate',
    model: 'openai/x',
    until: SOON,
  },
  'Retry 2 of 4 in 12 s': { reason: 'retry', attempt: 2, of: 4, at: SOON },
  'Retry 2 of 4 now': { reason: 'retry', attempt: 2, of: 4, at: at(-1) },
  [`Delay until ${clock}`]: { reason: 'delay', until: SOON },
  [`Approval by role admin, until ${clock}`]: { ...approval, role: 'admin', until: SOON },
  'Approval by ada@test': { ...approval, user: 'ada@test', until: null },
  'Approval by the owner of the run or an admin': { ...approval, until: null },
  'Event paid with key 42': { reason: 'event', name: 'paid', key: '42', until: null },
  'Child run 0000abcd': { reason: 'child', runId: ourRun, until: null },
  'Map concurrency limit: 8 of 8 items running': {
    reason: 'map_concurrency',
    running: 8,
    limit: 8,
  },
  'Queued, 22nd in line': { reason: 'queued_run', position: 21 },
  'Queued, 11th in line': { reason: 'queued_run', position: 10 },
  Queued: { reason: 'queued_run', position: null },
  'Its worker sends no heartbeat, another worker takes over in 12 s': lease,
};

test('each reason is a sentence', () => {
  for (const [sentence, wait] of Object.entries(WAITS))
    assert.equal(describeWait(wait, NOW), sentence);
});

test('waits that need a person differ from waits that end by themselves', () => {
  assert.equal(isStopped({ reason: 'no_worker', lane: 'llm' }), true);
  assert.equal(isStopped({ ...paused, by: null, pauseReason: null }), true);
  assert.equal(isStopped({ reason: 'delay', until: SOON }), false);
});
