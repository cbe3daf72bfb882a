import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpanStatusCode } from '@opentelemetry/api';
import { createSpans } from '../spans.ts';
import { collectSpans } from '../testing/collect-spans.ts';
import { traceRequests } from '../trace-requests.ts';

test('a request is a span with its route and status; only a server error is an error', async () => {
  const { take } = collectSpans();
  const middleware = traceRequests(createSpans({ scope: 'shop' }));
  const answer = async (path: string, work: (ctx: { status: number }) => void) => {
    const ctx = {
      method: 'GET',
      path,
      headers: {},
      status: 200,
      state: {},
      _matchedRoute: '/a/:id',
    };
    const thrown = await middleware(ctx, async () => work(ctx)).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { state: ctx.state, thrown };
  };
  const { state } = await answer('/a/1', () => undefined);
  await answer('/a/2', (ctx) => (ctx.status = 503));
  const missing = Object.assign(new Error('no such order'), { status: 404 });
  assert.equal(
    (
      await answer('/a/3', () => {
        throw missing;
      })
    ).thrown,
    missing,
  );
  assert.ok(
    (
      await answer('/a/4', () => {
        throw new TypeError('secret');
      })
    ).thrown,
  );
  const ended = await take('GET /a/:id', 4);
  const found = ended.map(({ name, status, attributes }) => [
    name,
    attributes['url.path'],
    attributes['http.response.status_code'],
    status.code === SpanStatusCode.ERROR,
    attributes['error.type'],
  ]);
  assert.deepEqual(found, [
    ['GET /a/:id', '/a/1', 200, false, undefined],
    ['GET /a/:id', '/a/2', 503, true, '503'],
    ['GET /a/:id', '/a/3', 404, false, undefined],
    ['GET /a/:id', '/a/4', 500, true, 'TypeError'],
  ]);
  assert.equal((state as { traceId?: string }).traceId, ended[0]?.spanContext().traceId);
});
