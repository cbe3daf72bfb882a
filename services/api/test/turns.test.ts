import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { createSlices } from '@aio/platform/postgres/slices';
import type { Route } from '../http/define-route.ts';
import type { RouteDeps } from '../routes/route-deps.ts';
import { replayRunRoute } from '../routes/runs/replay-run.ts';
import { submitRunRoute } from '../routes/runs/submit-run.ts';
import type { RequestContext } from '../http/request-state.ts';
import { continueInTurns } from '../limits/continue-in-turns.ts';
import { takeTurns } from '../middleware/take-turns.ts';

const FAULT = { pointer: '/n', rule: 'type', message: 'is no number', hint: 'send a number' };
const RUN = { id: 'r', workflowId: 'w', workflowVersionId: 'v', version: 1, owner: 'ada' };

/** Dependencies with which the validation of an input takes 20 ms and fails. */
function setUp() {
  const happened: string[] = [];
  let nowMs = 0;
  const validateInput = () => {
    happened.push('validated');
    nowMs += 20;
    return [FAULT];
  };
  const found = { rows: [{ ...RUN, versionId: 'v', isPublished: true, bytes: 0 }] };
  const deps = {
    pool: { query: async () => found, server: { host: 'h', port: 1, database: 'd' } },
    readVersion: async () => ({ steps: [], timeoutMs: null, validateInput }),
    slices: createSlices({ now: () => nowMs }),
    atOnce: { enterRead: () => {} },
  } as unknown as RouteDeps;
  return { deps, happened };
}

const PRINCIPAL = { subject: 'ada', name: 'ada', roles: [], via: 'bearer', expiresAtMs: Infinity };

async function callAtOnce(route: Route, body: object, times: number): Promise<void> {
  const params = { name: 'w', id: 'r' };
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const calls = Array.from({ length: times }, async () => {
    const request = { params, headers: {}, body: { ...body }, principal: PRINCIPAL, span };
    return route.handler(request as never);
  });
  for (const { status } of await Promise.allSettled(calls)) assert.equal(status, 'rejected');
}

for (const [name, routeOf] of [
  ['submissions', submitRunRoute],
  ['replays', replayRunRoute],
] as const) {
  test(`inputs of ${name} are validated in turns, and other requests are answered between them`, async () => {
    const { deps, happened } = setUp();
    let isDone = false;
    const done = callAtOnce(routeOf(deps), { input: {} }, 3).finally(() => (isDone = true));
    while (!isDone) {
      await nextTurn();
      happened.push('turn');
    }
    const order = happened.join(' ').replaceAll(/turn( turn)+/g, 'turn');
    assert.match(order, /validated turn validated turn validated/);
    await done;
  });
}

/** Runs everything that needs no turn of the event loop, as Node.js does between two arrivals. */
const drained = () => new Promise((resolve) => process.nextTick(resolve));

test('requests that arrive together begin in turns, and probes do not wait', async () => {
  const begun: string[] = [];
  let nowMs = 0;
  const middleware = takeTurns(createSlices({ now: () => nowMs }));
  for (const url of ['/1', '/2', '/3', '/4', '/5', '/health']) {
    void middleware({ url, state: {} } as RequestContext, async () => {
      begun.push(url);
      nowMs += 10;
    });
    await drained();
  }
  assert.deepEqual(begun, ['/1', '/2', '/health']);
  for (let before = 3; begun.length < 6; before = begun.length) {
    await nextTurn();
    assert.ok(begun.length - before <= 2, `${begun.length - before} begin in one turn`);
  }
  assert.deepEqual(begun, ['/1', '/2', '/health', '/3', '/4', '/5']);
});

test('requests whose results arrive together go on in turns', async () => {
  const happened: string[] = [];
  let nowMs = 0;
  const database = { query: async () => ({ rows: [] }) } as unknown as Queryable;
  const db = continueInTurns(database, createSlices({ now: () => nowMs }));
  for (const request of ['1', '2', '3', '4', '5', '6']) {
    void db.query({ name: 'read', text: 'select' }).then(() => {
      happened.push(request);
      nowMs += 10;
    });
    await drained();
  }
  assert.deepEqual(happened, ['1', '2']);
  for (let before = 2; happened.length < 6; before = happened.length) {
    await nextTurn();
    assert.ok(happened.length - before <= 2, `${happened.length - before} go on in one turn`);
  }
  assert.deepEqual(happened, ['1', '2', '3', '4', '5', '6']);
});
