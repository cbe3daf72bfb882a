import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TimedStep, whereTimeWent } from './where-time-went.ts';

const START = Date.parse('2026-11-25T20:00:00.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();

type Times = readonly [ready: number, started: number, finished: number];

function step(
  id: string,
  needs: string[],
  attempts: readonly Times[],
  more: Partial<TimedStep> = {},
): TimedStep {
  return {
    id,
    kind: 'http',
    needs,
    status: 'succeeded',
    attempts: attempts.length,
    firstReadyAt: at(attempts[0]![0]),
    ...sumsOf(attempts.slice(0, -1)),
    readyAt: at(attempts.at(-1)![0]),
    startedAt: at(attempts.at(-1)![1]),
    finishedAt: at(attempts.at(-1)![2]),
    ...more,
  };
}

function sumsOf(earlier: readonly Times[]) {
  const add = (parts: number[]) => parts.reduce((sum, ms) => sum + ms, 0);
  return {
    earlierQueueMs: add(earlier.map(([ready, started]) => started - ready)),
    earlierExecutionMs: add(earlier.map(([, started, finished]) => finished - started)),
  };
}

/** Claimed after 10 ms. @param now if the run has not ended */
function account(
  steps: TimedStep[],
  end: number,
  run: { now?: true; startedAt?: null; failedStep?: string } = {},
) {
  const { now = false, startedAt = at(10), failedStep = null } = run;
  const times = { createdAt: at(0), startedAt, finishedAt: now ? null : at(end), failedStep };
  const { total, spent, path, last } = whereTimeWent(
    { ...times, steps },
    now ? at(end) : undefined,
  );
  const sum = Object.values(spent).reduce((all, ms) => all + ms, 0);
  assert.deepEqual([total, sum], [end, end], 'it adds up');
  return { spent, path: path.map(({ id }) => id), last };
}

test('the path leads through the parents that ended last', () => {
  const { spent, path } = account(
    [
      step('first', [], [[0, 15, 40]]),
      step('quick', ['first'], [[40, 41, 45]]),
      step('slow', ['first'], [[40, 60, 140]], { kind: 'llm' }),
      step('last', ['quick', 'slow'], [[140, 143, 150]], { kind: 'transform' }),
    ],
    155,
  );
  assert.deepEqual(path, ['first', 'slow', 'last']);
  assert.deepEqual(spent, { queue: 35, http: 25, llm: 80, other: 7, engine: 8 });
});

test('a run is in the queue before its first claim', () => {
  const first = step('only', [], [[0, 12, 20]], { kind: 'transform' });
  assert.deepEqual(account([first], 21).spent, { queue: 10, engine: 3, other: 8 });
  assert.deepEqual(account([], 21).spent, { queue: 10, engine: 11 });
});

test('between attempts a step has back-off, then queue time', () => {
  const attempts = [[0, 10, 60] as const, [260, 265, 310] as const];
  const retried = step('only', [], attempts);
  assert.deepEqual(account([retried], 310).spent, { queue: 15, http: 95, backoff: 200 });
});

test('of many attempts, the sums of all but the last one suffice', () => {
  const attempts = Array.from({ length: 20 }, (_, index): Times => {
    const ready = 10 + index * 100;
    return [ready, ready + 1 + index, ready + 31 + index];
  });
  const end = attempts.at(-1)![2];
  const queue = 10 + 20 * 1 + 190;
  const spent = { queue, http: 20 * 30, backoff: end - queue - 20 * 30 };
  assert.deepEqual(account([step('only', [], attempts)], end).spent, spent);
  const inline = step('only', [], attempts, { kind: 'transform' });
  const { queue: engine, http: other, backoff } = spent;
  assert.deepEqual(account([inline], end).spent, {
    queue: 10,
    engine: engine - 10,
    other,
    backoff,
  });
});

test('the path of a failed run ends with the step that failed', () => {
  const first = step('first', [], [[0, 12, 20]]);
  const attempts = [[20, 25, 30] as const, [70, 75, 80] as const];
  const failed = step('bad', ['first'], attempts, { status: 'failed' });
  const cancelled = step('long', [], [[10, 12, 90]], { status: 'cancelled' });
  const { spent, path } = account([first, failed, cancelled], 92, { failedStep: 'bad' });
  assert.deepEqual(path, ['first', 'bad']);
  assert.deepEqual(spent, { queue: 12 + 10, http: 8 + 10, backoff: 40, engine: 12 });

  const items = [
    step('each', [], [[12, 13, 60]], { status: 'failed' }),
    step('each', [], [[12, 20, 70]], { status: 'cancelled' }),
  ];
  const each = step('each', [], [[0, 12, 72]], { kind: 'map', status: 'failed', items });
  assert.deepEqual(account([each], 72, { failedStep: 'each' }).spent, {
    queue: 11,
    http: 47,
    engine: 2 + 12,
  });
});

test('a wait has the class of its reason', () => {
  const waits = ['delay', 'approval', 'wait', 'workflow'].map((kind, index) =>
    step(
      kind,
      index === 0 ? [] : [['delay', 'approval', 'wait'][index - 1]!],
      [[index * 50 + 10, index * 50 + 10, index * 50 + 60]],
      { kind },
    ),
  );
  const { spent } = account(waits, 210);
  assert.deepEqual(spent, { queue: 10, delay: 50, approval: 50, event: 50, child: 50 });
});

test('the path through a map leads through the items that others waited for', () => {
  const items = [
    step('each', [], [[12, 13, 60]]),
    step('each', [], [[12, 20, 50]]),
    step('each', [], [[50, 52, 90]]),
  ];
  const each = step('each', [], [[0, 12, 90]], { kind: 'map', items });
  assert.deepEqual(account([each], 90).spent, { queue: 20, engine: 2, http: 68 });
});

test('the path leads past steps that were skipped or never started', () => {
  const skipped = step('skipped', ['only'], [[20, 20, 20]], { status: 'skipped' });
  const after = step('after', ['skipped'], [[20, 25, 30]]);
  assert.deepEqual(account([step('only', [], [[0, 12, 20]]), skipped, after], 30).path, [
    'only',
    'after',
  ]);
  const never = openStep('never', ['only'], { status: 'pending', firstReadyAt: null });
  assert.deepEqual(account([step('only', [], [[0, 12, 20]]), skipped, never], 21).path, ['only']);
});

test('visits each of many skipped steps once', () => {
  const layers = Array.from({ length: 40 }, (_, layer) => layer);
  const names = (layer: number) => (layer === 0 ? ['first'] : [`a${layer - 1}`, `b${layer - 1}`]);
  const skipped = layers.flatMap((layer) =>
    ['a', 'b'].map((side) =>
      step(`${side}${layer}`, names(layer), [[20, 20, 20]], { status: 'skipped' }),
    ),
  );
  const last = step('last', names(layers.length), [[20, 22, 30]]);
  const { path } = account([step('first', [], [[0, 12, 20]]), ...skipped, last], 30);
  assert.deepEqual(path, ['first', 'last']);
});

function openStep(id: string, needs: string[], more: Partial<TimedStep>): TimedStep {
  const none = { attempts: 0, readyAt: null, startedAt: null, finishedAt: null };
  return { ...step(id, needs, [[0, 0, 0]]), ...none, ...more };
}

test('the path of an unfinished run starts now', () => {
  const first = step('first', [], [[0, 15, 40]]);
  const ready = { firstReadyAt: at(40), readyAt: at(40) };
  const running = openStep('works', ['first'], { ...ready, attempts: 1, startedAt: at(45) });
  const { spent, path, last } = account([first, running], 100, { now: true });
  assert.deepEqual([path, last], [['first', 'works'], 'http']);
  assert.deepEqual(spent, { queue: 15 + 5, http: 25 + 55 });

  const waits = openStep('waits', ['first'], { status: 'ready', ...ready });
  const queued = account([first, waits], 100, { now: true });
  assert.deepEqual([queued.spent, queued.last], [{ queue: 15 + 60, http: 25 }, 'queue']);

  const backsOff = openStep('waits', ['first'], {
    status: 'waiting',
    attempts: 1,
    firstReadyAt: at(40),
    ...sumsOf([[40, 45, 50]]),
  });
  assert.deepEqual(account([first, backsOff], 100, { now: true }).spent, {
    queue: 20,
    http: 30,
    backoff: 50,
  });
  assert.deepEqual(account([], 100, { now: true, startedAt: null }).spent, { queue: 100 });
});

test('a step that was cancelled before its start has queue time', () => {
  const cancelled = openStep('cancelled', [], {
    status: 'cancelled',
    firstReadyAt: at(12),
    readyAt: at(12),
    finishedAt: at(60),
  });
  assert.deepEqual(account([cancelled], 60).spent, { queue: 10 + 48, engine: 2 });
});

test('visits each of a thousand consecutive items once', () => {
  const items = Array.from({ length: 1_000 }, (_, index) =>
    step('each', [], [[index, index, index + 1]]),
  );
  const each = step('each', [], [[0, 0, 1_000]], { kind: 'map', items });
  assert.deepEqual(account([each], 1_000).spent, { http: 1_000 });
});
