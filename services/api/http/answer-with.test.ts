import { AioError } from '@aio/core/errors';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { Type } from 'typebox';
import { answerProblems } from '../middleware/answer-problems.ts';
import { defineRoute } from './define-route.ts';
import { mountRoutes } from './mount-routes.ts';
import { json, reply } from './reply.ts';
import type { RequestState } from './request-state.ts';

/** One route, whose answer waits for `ready`. */
async function serve(t: TestContext, ready: () => Promise<void>): Promise<string> {
  const route = defineRoute({
    id: 'getApproval',
    tag: 'runs',
    summary: 'Waits',
    method: 'GET',
    path: '/waits',
    responses: { 202: json('Yes', Type.Object({ yes: Type.Boolean() }), { Location: 'where' }) },
    handler: () => ({ ...reply(202, { yes: true }, { Location: '/there' }), ready: ready() }),
  });
  const app = new Koa<RequestState>();
  app.use(answerProblems({ log: { warn() {} } as never }));
  app.use(mountRoutes([route], () => []).routes());
  const server = app.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/waits`;
}

test('an answer is given when it is ready, and not before', async (t) => {
  const ready = Promise.withResolvers<void>();
  const url = await serve(t, () => ready.promise);
  let isAnswered = false;
  const answer = fetch(url).finally(() => (isAnswered = true));
  await sleep(100);
  assert.equal(isAnswered, false);
  ready.resolve();
  const { status, headers } = await answer;
  assert.equal(status, 202);
  assert.equal(headers.get('location'), '/there');
  assert.deepEqual(await (await answer).json(), { yes: true });
});

test('of an answer that does not get ready nothing is left in the problem that is', async (t) => {
  const away = new AioError('unavailable', 'The database is away.');
  const answer = fetch(await serve(t, () => Promise.reject(away)));
  const { status, headers } = await answer;
  assert.equal(status, 503);
  assert.equal(headers.get('location'), null);
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.equal(
    ((await (await answer).json()) as { detail: string }).detail,
    'The database is away.',
  );
});
