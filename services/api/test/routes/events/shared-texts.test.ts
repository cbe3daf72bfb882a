import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { ListedSummary } from '../../../events/create-feeds.ts';
import { streamRuns } from '../../../routes/events/stream-runs.ts';

const RUN = {
  id: 'r',
  workflowName: 'chain',
  status: 'queued',
  traceparent: 't',
  waitingFor: null,
  parent: null,
  children: { runs: 0 },
  createdAt: new Date(0),
  startedAt: null,
  finishedAt: null,
  mark: '',
  title: null,
  inputParts: null,
  finished: false,
} as unknown as ListedSummary;

test('streams of the list share the texts of runs', async () => {
  let presented = 0;
  const runs = [RUN, { ...RUN, id: 's' }];
  const log = { info() {}, warn() {}, error() {} };
  const route = streamRuns({
    async *follow() {
      yield runs;
    },
    links() {
      presented += 1;
      return { traceId: null, traceUrl: null };
    },
    metrics: { httpEventStreams: { inc() {}, dec() {}, set() {} } as never },
    atOnce: { enter() {}, enterRead() {} },
    log,
  });
  const { signal } = new AbortController();
  const request = { principal: { subject: 'ada', roles: [] }, signal } as never;
  const streams = [await route.handler(request), await route.handler(request)];
  const [one, other] = await Promise.all(streams.map(({ body }) => text(body as Readable)));
  assert.equal(one, other);
  assert.match(one!, /^data: \{"id":"r",.*\n\nevent: run\.changed\ndata: \{"id":"s"/m);
  assert.equal(presented, 2);
});
