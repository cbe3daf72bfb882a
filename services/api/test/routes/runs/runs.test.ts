import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { createWorkflowVersion } from '@aio/platform/queries/workflows/create-workflow-version';
import { CHAIN, MAP } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

const RUNS = '/api/v1/workflows/chain/runs';
const UNKNOWN = '01930000-0000-7000-8000-000000000001';

test('runs', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', CHAIN);
  await api.post('/api/v1/workflows', MAP);

  await t.test('accepts a run, returns it at once and queues it', async () => {
    const { status, headers, body } = await api.post(RUNS, { input: { n: 1 } });
    assert.equal(status, 202);
    assert.equal(headers.get('location'), `/api/v1/runs/${body.id}`);
    assert.equal(body.status, 'queued');
    assert.deepEqual(body.workflow, { name: 'chain', version: 1 });
    assert.deepEqual(pluck(body.steps, 'id', 'status', 'needs'), [
      ['first', 'pending', []],
      ['ask', 'pending', ['first']],
      ['last', 'pending', ['ask']],
    ]);
    assert.deepEqual((await api.get(`/api/v1/runs/${body.id}`)).body, body);

    const [queue] = (await api.get('/api/v1/queues')).body;
    assert.deepEqual([queue.queuedRuns, queue.jobs.waiting], [1, 1]);
  });

  await t.test('validates the input with the schema of the version', async () => {
    for (const input of [undefined, {}, { n: 'x' }, { n: 1, extra: true }, []]) {
      const { status, body } = await api.post(RUNS, { input });
      assert.equal(status, 422, JSON.stringify(input));
      assert.ok(body.errors[0].pointer.startsWith('/input'));
    }
    assert.equal((await api.post(RUNS, { input: { n: 1 }, version: 9 })).status, 404);
    assert.equal((await api.post(RUNS, { input: { n: 1 }, version: 1 })).status, 202);
  });

  await t.test('an empty body is a run without input', async () => {
    const { status, body } = await api.post('/api/v1/workflows/each/runs');
    assert.equal(status, 202);
    assert.deepEqual(body.input, {});
  });

  await t.test(
    'uses the published version, even if another process has just published it',
    async () => {
      const runs = '/api/v1/workflows/renewed/runs';
      /** Creates a version as another process does, so that this API does not notice. */
      async function post(type: 'integer' | 'string'): Promise<void> {
        const input = { ...CHAIN.input, properties: { n: { type } } };
        const source = JSON.stringify({ ...CHAIN, name: 'renewed', input });
        await createWorkflowVersion(api.pool, {
          name: 'renewed',
          definition: source,
          source,
          mediaType: 'application/json',
          checksum: type,
          createdBy: 'somebody',
          onlyOwner: null,
        });
      }
      async function submit(n: unknown, headers = {}): Promise<[number, number | undefined]> {
        const { status, body } = await api.post(runs, { input: { n } }, headers);
        return [status, body.workflow?.version];
      }
      await post('integer');
      assert.deepEqual(await submit(1), [202, 1]);
      assert.deepEqual(await submit(1, { 'idempotency-key': 'renewed' }), [202, 1]);
      assert.deepEqual(await submit('x'), [422, undefined]);
      await post('string');
      assert.deepEqual(await submit(1), [422, undefined]);
      assert.deepEqual(await submit('x'), [202, 2]);
      await post('integer');
      assert.deepEqual(await submit('x'), [422, undefined]);
      assert.deepEqual(await submit(2, { 'idempotency-key': 'renewed' }), [409, undefined]);
      assert.deepEqual(await submit(1, { 'idempotency-key': 'renewed' }), [202, 1]);
      assert.equal(
        (await api.post(runs, { version: 1, input: { n: 1 } })).body.workflow.version,
        1,
      );
      assert.deepEqual(await submit(1), [202, 3]);
    },
  );

  await t.test('concurrent requests with the same key start one run', async () => {
    const key = { 'idempotency-key': 'order-4711' };
    const send = () => api.post(RUNS, { input: { n: 5 } }, key);
    const [one, other] = await Promise.all([send(), send()]);
    assert.deepEqual([one.status, other.status, other.body.id], [202, 202, one.body.id]);
    const replays = [one, other].map(({ headers }) => headers.get('idempotency-replayed'));
    assert.deepEqual(new Set(replays), new Set([null, 'true']));

    const conflict = await api.post(RUNS, { input: { n: 6 } }, key);
    assert.deepEqual([conflict.status, conflict.body.code], [409, 'idempotency_conflict']);
  });

  await t.test('shows a run as its rows describe it', async () => {
    const id = await api.submit();
    await engine.start(id);
    await engine.writeStep(id, 'first', {
      status: 'succeeded',
      attempt: 1,
      output: '{"value":2}',
      ready_at: '2026-01-01T00:00:00.000Z',
      started_at: '2026-01-01T00:00:00.250Z',
      finished_at: '2026-01-01T00:00:01.000Z',
      started_seq: 3,
      finished_seq: 4,
    });
    const { body } = await api.get(`/api/v1/runs/${id}`);
    assert.deepEqual([body.status, body.eventSeq], ['running', 4]);
    const [first] = body.steps;
    assert.deepEqual([first.queueTimeMs, first.executionMs], [250, 750]);
    assert.deepEqual([first.output, first.attempts.length], [{ value: 2 }, 1]);

    const bare = await api.get(`/api/v1/runs/${id}?outputs=false`);
    assert.equal('output' in bare.body.steps[0], false);
  });

  await t.test('returns the logs of a step', async () => {
    const id = await api.submit();
    const path = `/api/v1/runs/${id}/steps/first/logs`;
    assert.deepEqual((await api.get(path)).body, { lines: [], truncated: false });
    const line = { at: '2026-01-01T00:00:00.000Z', level: 'info', message: 'hello' };
    await api.query(
      `insert into step_logs (run_id, step, iteration, attempt, lines, truncated)
             values ($1, 'first', -1, 1, $2, true)`,
      [id, JSON.stringify([line])],
    );
    assert.deepEqual((await api.get(`${path}?attempt=1`)).body, { lines: [line], truncated: true });
    for (const nowhere of [`${path}?attempt=2`, `${path}?iteration=0`]) {
      const { status, body } = await api.get(nowhere);
      assert.deepEqual([status, body.code], [404, 'not_found'], nowhere);
    }
    assert.equal((await api.get(`/api/v1/runs/${id}/steps/nope/logs`)).status, 404);
    await engine.start(id);
    await engine.writeStep(id, 'ask', { status: 'waiting', attempt: 2 });
    const silent = await api.get(`/api/v1/runs/${id}/steps/ask/logs?attempt=2`);
    assert.deepEqual(silent.body, { lines: [], truncated: false });
  });

  await t.test('cancelling ends each step, and works once', async () => {
    const id = await api.submit();
    const { status, body } = await api.post(`/api/v1/runs/${id}/cancel`);
    assert.deepEqual([status, body.status, body.error.code], [202, 'cancelled', 'cancelled']);
    assert.match(body.error.message, /^Cancelled by .+\.$/);
    assert.ok(body.steps.every((step: { status: string }) => step.status === 'cancelled'));
    const again = await api.post(`/api/v1/runs/${id}/cancel`);
    assert.deepEqual([again.status, again.body.code], [409, 'run_finished']);
  });

  await t.test('retrying a failed run starts a new run that reuses succeeded steps', async () => {
    const id = await api.submit();
    const early = await api.post(`/api/v1/runs/${id}/retry`);
    assert.deepEqual([early.status, early.body.code], [409, 'run_not_finished']);

    await engine.start(id);
    const end = { finished_at: new Date(), finished_seq: 3 };
    await engine.writeStep(id, 'first', { ...end, status: 'succeeded', output: '2' });
    await engine.writeStep(id, 'ask', { ...end, status: 'failed', finished_seq: 4 });
    await engine.finish(id, 'failed');
    const { status, body } = await api.post(`/api/v1/runs/${id}/retry`);
    assert.equal(status, 202);
    assert.equal(body.retryOf, id);
    assert.deepEqual(pluck(body.steps, 'resolution'), ['reused', null, null]);
    assert.equal((await api.get(`/api/v1/runs/${id}`)).body.retriedBy, body.id);

    const key = { 'idempotency-key': 'once-more' };
    const again = await api.post(`/api/v1/runs/${id}/retry`, undefined, key);
    assert.deepEqual([again.status, again.body.id], [202, body.id]);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    const other = await api.submit();
    await api.post(`/api/v1/runs/${other}/cancel`);
    const conflict = await api.post(`/api/v1/runs/${other}/retry`, undefined, key);
    assert.deepEqual([conflict.status, conflict.body.code], [409, 'idempotency_conflict']);
  });

  await t.test('ten concurrent retries and a later one start one run', async () => {
    const id = await api.submit();
    await api.post(`/api/v1/runs/${id}/cancel`);
    const retry = (key?: string) =>
      api.post(`/api/v1/runs/${id}/retry`, undefined, key ? { 'idempotency-key': key } : {});
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => retry(index % 2 ? `key-${index}` : undefined)),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
    const [next, ...others] = new Set<string>(answers.map(({ body }) => body.id));
    assert.deepEqual(others, []);
    const isReplay = ({ headers }: { headers: Headers }) =>
      headers.get('idempotency-replayed') === 'true';
    assert.equal(answers.filter(isReplay).length, 9);

    await engine.start(next!);
    await engine.finish(next!, 'failed');
    const later = await retry();
    assert.deepEqual([later.body.id, later.body.status], [next, 'failed']);
    const last = await api.post(`/api/v1/runs/${next}/retry`);
    assert.equal(last.body.retryOf, next, 'a failed retry is retried itself');
    const retries = await api.query('select from runs where retry_of = $1', [id]);
    assert.equal(retries.length, 1);
  });

  await t.test('the list is newest first, with filters and gapless pages', async () => {
    const all = (await api.get('/api/v1/runs?limit=200')).body.items;
    const paged = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/api/v1/runs?limit=3${cursor}`);
      paged.push(...body.items);
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    assert.deepEqual(paged, all);
    const ids = all.map((run: { id: string }) => run.id);
    assert.deepEqual(ids, ids.toSorted().toReversed());

    const cancelled = (await api.get('/api/v1/runs?status=cancelled,failed&workflow=chain')).body;
    const statuses = new Set(pluck(cancelled.items, 'status'));
    assert.deepEqual(statuses, new Set(['cancelled', 'failed']));
    assert.deepEqual((await api.get('/api/v1/runs?workflow=nope')).body.items, []);
    const future = await api.get('/api/v1/runs?createdAfter=2100-01-01T00:00:00.000Z');
    assert.deepEqual(future.body.items, []);
  });

  await t.test('unknown and malformed ids are not found', async () => {
    for (const id of [UNKNOWN, 'nope', '1', UNKNOWN.toUpperCase(), `${UNKNOWN}0`]) {
      for (const path of ['', '/events', '/steps/first/logs', '/steps/first/items'])
        assert.equal((await api.get(`/api/v1/runs/${id}${path}`)).status, 404, `${id}${path}`);
      for (const verb of ['cancel', 'retry'])
        assert.equal((await api.post(`/api/v1/runs/${id}/${verb}`)).status, 404, `${id} ${verb}`);
    }
  });

  await t.test('counts runs once', async () => {
    const runs = await api.query(`select from runs where workflow_name = 'chain'`);
    assert.equal(await api.sample('aio_runs_submitted_total{workflow="chain"}'), runs.length);
    assert.equal(await api.sample('aio_runs_ended_total{outcome="cancelled"}'), 3);
    const [all] = await api.query('select count(*)::int as runs from runs');
    assert.equal(await api.sample('aio_runs_accepted_total'), all.runs);
    const ended = 'aio_workflow_runs_ended_total{workflow="chain",outcome="cancelled"}';
    assert.equal(await api.sample(ended), 3);
  });

  await t.test('the API counts cancelled runs, because no worker does', async () => {
    const { body } = await api.registry.scrape();
    const counts = body.matchAll(/^aio_steps_finished_total\{.*status="cancelled"\} (\d+)$/gm);
    const cancelled = await api.query(
      `select from steps s join runs r on r.id = s.run_id
       where r.status = 'cancelled' and s.status = 'cancelled'`,
    );
    const sum = [...counts].reduce((total, [, count]) => total + Number(count), 0);
    assert.ok(sum > 0);
    assert.equal(sum, cancelled.length);
  });
});
