import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import { createSlices } from '@aio/platform/postgres/slices';
import { NO_TRACING } from '@aio/runtime/tracing';
import { createRemember, REMEMBER_WITHIN_MS } from '../../auth/create-identity.ts';
import type { Route } from '../../http/define-route.ts';
import { submitRunRoute } from './submit-run.ts';
import { createWaitBudget, MOST_WAIT_MS } from './wait-budget.ts';

const NEVER = new Promise<never>(() => undefined);

test('all waits of a request share one budget', async () => {
  const waitFor = createWaitBudget(20);
  assert.equal(await waitFor(Promise.resolve(null)), null);
  await assert.rejects(waitFor(NEVER), isUnavailable);
  await assert.rejects(waitFor(NEVER), isUnavailable, 'nothing is left');
});

test('an error is passed on, and a late one is ignored', async () => {
  const waitFor = createWaitBudget(20);
  await assert.rejects(waitFor(Promise.reject(new Error('no'))), /no/);
  const { promise: late, reject: fail } = Promise.withResolvers<never>();
  await assert.rejects(waitFor(late), isUnavailable);
  fail(new Error('an unhandled rejection would end the process'));
  await new Promise((resolve) => setImmediate(resolve));
});

test('a submission is answered within the 6 s of operations.md, if the database hangs', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  const hanging = { query: () => NEVER, connect: () => NEVER };
  const principal = { subject: 'ann', name: 'ann', roles: ['builder'], via: 'bearer' } as const;
  const deps = {
    pool: { ...hanging, server: { host: 'h', port: 1, database: 'd' } },
    tracing: NO_TRACING,
    slices: createSlices(),
  } as unknown as Parameters<typeof submitRunRoute>[0];

  let authenticated = false;
  const remember = createRemember({ pool: hanging, log: { error: assert.fail } as never });
  void remember({ ...principal, expiresAtMs: 0 }).then(() => (authenticated = true));
  await nextTurn();
  t.mock.timers.tick(REMEMBER_WITHIN_MS);
  await nextTurn();
  assert.ok(authenticated);

  const request = { params: { name: 'w' }, headers: {}, body: {}, principal, actor: principal };
  const handler = (submitRunRoute(deps) as Route).handler as (given: object) => Promise<unknown>;
  const answer = assert.rejects(
    handler({ ...request, span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT) }),
    isUnavailable,
  );
  await nextTurn();
  t.mock.timers.tick(MOST_WAIT_MS);
  await answer;
  assert.ok(REMEMBER_WITHIN_MS + MOST_WAIT_MS <= 6_000);
});
