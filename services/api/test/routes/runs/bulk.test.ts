import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AIO } from '@aio/catalog/traces/attributes';
import { AioError } from '@aio/core/errors';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import { createTracing } from '@aio/runtime/tracing';
import { createSeries } from '@aio/runtime/testing/series';
import { claimBulkRuns } from '@aio/platform/queries/runs/bulk-jobs';
import { workBulkRuns } from '../../../bulk-runs.ts';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { BUILDER, OTHER } from '../../../testing/test-issuer.ts';
import { createVersions } from '../../../versions.ts';

const MOST_OPEN = 3;
/** Everybody finds out everything. */
const NO_CACHE = { read: <Value>(_: unknown, make: () => Promise<Value>) => make() };

test('cancelling or retrying many runs', async (t) => {
  const api = await startTestApi(t, { env: { BULK_JOBS_PER_OWNER: String(MOST_OPEN) } });
  const { engine } = api;
  const [owner, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  await owner.post('/api/v1/workflows', CHAIN);
  const sent: string[] = [];
  const logged: string[] = [];
  const tracing = createTracing('test');
  const traced: unknown[] = [];
  const startRoot: typeof tracing.startRoot = (key, parts, options) => {
    traced.push(options.attributes?.[AIO.runId]);
    return tracing.startRoot(key, parts, options);
  };
  const deps = {
    pool: api.pool,
    queues: {
      addRuns: async (runs: readonly { runId: string }[]) => {
        sent.push(...runs.map(({ runId }) => runId));
        return true;
      },
      counts: async () => null,
      findHeldBack: async () => null,
      pauseOnly: async () => true,
    },
    changes: { publish: async () => undefined },
    announce: async () => undefined,
    metrics: createSeries('api').metrics,
    tracing: { ...tracing, startRoot },
    log: { error: (_: object, message: string) => logged.push(message) },
    readVersion: createVersions(api.pool, NO_CACHE),
  } as unknown as Parameters<typeof workBulkRuns>[0];

  async function submit(status?: 'failed' | 'succeeded'): Promise<string> {
    const id = await owner.submit();
    await engine.start(id);
    if (status) await engine.finish(id, status);
    return id;
  }
  const start = (body: object, client = owner) => client.post('/api/v1/bulk-jobs', body);
  const progress = async (id: string, client = owner) =>
    (await client.get(`/api/v1/bulk-jobs/${id}`)).body;
  const expireClaims = () =>
    api.query(`update bulk_runs set claimed_at = now() - interval '31 s' where done_at is null`);
  async function workAll(): Promise<void> {
    while ((await workBulkRuns(deps)) > 0);
  }

  await t.test('by ids: reports failures and works the rest', async () => {
    const [open, done] = [await submit(), await submit('succeeded')];
    const job = await start({ action: 'cancel', ids: [open, done] });
    assert.deepEqual([job.status, job.body.total, job.body.finished], [202, 2, false]);
    assert.equal(job.headers.get('location'), `/api/v1/bulk-jobs/${job.body.id}`);
    await workAll();
    const { done: succeeded, failed, finished, failures } = await progress(job.body.id);
    assert.deepEqual([succeeded, failed, finished], [1, 1, true]);
    assert.deepEqual([failures[0].runId, failures[0].code], [done, 'run_finished']);
    assert.equal((await owner.get(`/api/v1/runs/${open}`)).body.status, 'cancelled');
    const { items } = (await api.get(`/api/v1/audit?target=runs/${open}&action=cancelRun`)).body;
    assert.deepEqual([items.length, items[0].name], [1, BUILDER.name]);
  });

  await t.test('by a filter: only runs that the action is for', async () => {
    const failed = [await submit('failed'), await submit('failed')];
    await submit('succeeded');
    const filter = { workflow: 'chain', status: ['failed'] };
    const { body } = await start({ action: 'retry', filter });
    assert.equal(body.total, 2);
    await workAll();
    assert.deepEqual((await progress(body.id)).done, 2);
    const runs = await Promise.all(failed.map((id) => owner.get(`/api/v1/runs/${id}`)));
    const retries = runs.map((run) => run.body.retriedBy).toSorted();
    assert.deepEqual(sent.toSorted(), retries);
    assert.deepEqual(traced.toSorted(), retries, 'each trace names the new run');
  });

  await t.test('another API takes over the runs of one that died', async () => {
    const open = await submit();
    const { body } = await start({ action: 'cancel', ids: [open] });
    assert.equal((await claimBulkRuns(api.pool, 10)).length, 1);
    assert.equal(await workBulkRuns(deps), 0, 'claimed');
    await expireClaims();
    await workAll();
    const { done, finished } = await progress(body.id);
    assert.deepEqual([done, finished], [1, true]);
  });

  await t.test('an unexpected error fails one run, and the job continues', async () => {
    const [broken, whole] = [await submit(), await submit()];
    const { body } = await start({ action: 'cancel', ids: [broken, whole] });
    const publish = async (id: string) => {
      if (id === broken) throw new TypeError('secret detail');
      return true;
    };
    await workBulkRuns({ ...deps, changes: { ...deps.changes, publish } });
    const { done, failed, finished, failures } = await progress(body.id);
    assert.deepEqual([done, failed, finished], [1, 1, true]);
    assert.deepEqual([failures[0].runId, failures[0].code], [broken, 'internal']);
    assert.doesNotMatch(failures[0].message, /secret/);
    assert.deepEqual(logged, ['A run of a bulk job failed unexpectedly']);
  });

  await t.test('if the database is down, no run counts as done', async () => {
    const open = await submit();
    const { body } = await start({ action: 'cancel', ids: [open] });
    const announce = () => Promise.reject(new AioError('unavailable', 'away'));
    await assert.rejects(workBulkRuns({ ...deps, announce }), isUnavailable);
    const { done, failed, finished } = await progress(body.id);
    assert.deepEqual([done, failed, finished], [0, 0, false]);
    await expireClaims();
    await workAll();
    assert.equal((await progress(body.id)).done, 1);
  });

  await t.test('refuses runs of other owners and invalid requests', async () => {
    const mine = await submit();
    const { body } = await start({ action: 'cancel', ids: [mine] }, other);
    assert.deepEqual([body.total, body.notFound, body.finished], [0, 1, true]);
    assert.equal((await other.get(`/api/v1/bulk-jobs/${body.id}`)).status, 200);
    assert.equal((await owner.get(`/api/v1/bulk-jobs/${body.id}`)).status, 404);
    assert.equal((await owner.get(`/api/v1/runs/${mine}`)).body.status, 'running');
    for (const wrong of [{}, { ids: [mine], filter: {} }])
      assert.equal((await start({ action: 'cancel', ...wrong })).status, 422);
    const none = await start({ action: 'retry', filter: { workflow: 'nothing' } });
    assert.deepEqual([none.body.total, none.body.finished], [0, true]);
  });

  await t.test('refuses more open jobs of an owner than BULK_JOBS_PER_OWNER', async () => {
    const ids = [await submit()];
    for (let job = 0; job < MOST_OPEN; job++) await start({ action: 'cancel', ids });
    const { status, body } = await start({ action: 'cancel', ids });
    assert.deepEqual([status, body.code], [429, 'bulk_limit']);
    assert.equal((await start({ action: 'cancel', ids }, api)).status, 202, 'an admin');
    await workAll();
    assert.equal((await start({ action: 'cancel', ids })).status, 202);
  });
});
