import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_LOOKED_AT } from '../queries/runs/find-runs.ts';
import { earliestIdOf } from '../queries/id-times.ts';
import { listRuns } from '../queries/runs/list-runs.ts';
import { submitRuns } from '../queries/runs/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, submissionOf, submitRun, updateRun } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';
import { addRunTexts, endRunTexts, toSearch } from '../queries/runs/run-texts.ts';

test('a page that has looked at its limit of runs has a cursor for the rest', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'parent');
  const { runId } = await submitRun(pool, submissionOf(workflow));
  await select(
    pool,
    `insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total, parent_run_id)
     select ($5 || lpad(n::text, 12, '0'))::uuid, $2, $3, 'parent', 'local', '{}', 1, $1
     from generate_series(1, $4::int) n`,
    runId,
    workflow.workflowId,
    workflow.id,
    MOST_LOOKED_AT,
    earliestIdOf(new Date(), 60_000).slice(0, 24),
  );
  const page = (cursor: string | null) => listRuns(pool, { limit: 50, cursor, parentRunId: null });
  const first = await page(null);
  assert.deepEqual(first.items, [], 'the newest are all children');
  const second = await page(first.nextCursor);
  assert.deepEqual(pluck(second.items, 'id'), [runId]);
  assert.equal(second.nextCursor, null);
});

test('a search finds runs', async (t) => {
  const { pool } = await createTestDatabase(t);
  const orders = await postWorkflow(pool, 'ship-order');
  const page = { limit: 10, cursor: null };

  async function submit(input: object, owner = 'local'): Promise<string> {
    const submission = submissionOf(orders, { input: JSON.stringify(input), owner });
    return (await submitRun(pool, submission)).runId;
  }
  const find = async (search: string, filter: Partial<Parameters<typeof listRuns>[1]> = {}) => {
    const { items } = await listRuns(pool, { ...page, search, ...filter });
    return items.map(({ id }) => id);
  };

  const paid = await submit({ order: 'o-1742', mail: 'ada@example.com', note: '注文' });
  const other = await submit({ order: 'o-1800' }, 'ada');
  const failed = await submit({ order: 'o-1900' });
  assert.deepEqual(await find('ada'), [], 'until they are indexed');
  assert.equal(await addRunTexts(pool), false);

  await t.test('by words and prefixes of the input and the workflow', async () => {
    assert.deepEqual(await find('o-1742'), [paid]);
    assert.deepEqual(await find('17'), [paid]);
    assert.deepEqual(await find('Example.COM'), [paid]);
    assert.deepEqual(await find('注文'), [paid]);
    assert.deepEqual(await find('ship'), [failed, other, paid]);
    assert.deepEqual(await find('ship nothing'), [], 'all of them');
    assert.deepEqual(await find("'; drop & | ! ( \\"), []);
  });

  await t.test('by the beginning or the end of an id, also before it is indexed', async () => {
    const fresh = await submit({ order: 'new' });
    assert.deepEqual(await find(fresh), [fresh]);
    assert.deepEqual(await find(fresh.slice(0, 30).toUpperCase()), [fresh]);
    assert.ok((await find(fresh.slice(0, 8))).includes(fresh));
    assert.deepEqual(await find(fresh.slice(-8)), [fresh]);
    assert.deepEqual(await find(fresh.slice(-8), { owner: 'ada' }), []);
    assert.deepEqual(await find(fresh.slice(-8), { minDurationMs: 1 }), [], 'it has not ended');
    // There are no ids of this earlier time, so the search looks for a word.
    assert.deepEqual(await find('1742'), [paid]);
  });

  await t.test('by the error of a failed run', async () => {
    await updateRun(
      pool,
      failed,
      `status = 'failed', finished_at = now(), error = '{"code":"http_status","message":"It answered 503."}'`,
    );
    assert.deepEqual([await addRunTexts(pool), await endRunTexts(pool)], [false, false]);
    assert.deepEqual(await find('answered 503'), [failed]);
    assert.deepEqual(await find('o-1900'), [failed], 'what was known of it stays');
  });

  await t.test('within the rest of the filter, page by page', async () => {
    assert.deepEqual(await find('ship', { owner: 'ada' }), [other]);
    assert.deepEqual(await find('ship', { ownedBy: 'ada' }), [other]);
    assert.deepEqual(await find('ship', { statuses: ['failed'] }), [failed]);
    const first = await listRuns(pool, { limit: 2, cursor: null, search: 'ship' });
    const next = await listRuns(pool, { limit: 2, cursor: first.nextCursor, search: 'ship' });
    const ids = [...first.items, ...next.items].map(({ id }) => id);
    assert.deepEqual([new Set(ids).size, next.nextCursor], [4, null]);
  });

  await t.test('by duration or cost', async () => {
    await updateRun(pool, failed, `created_at = finished_at - interval '10 s', cost = 2`);
    const list = async (filter: Partial<Parameters<typeof listRuns>[1]>) =>
      (await listRuns(pool, { ...page, ...filter })).items.map(({ id }) => id);
    assert.deepEqual(await list({ minDurationMs: 9_000 }), [failed]);
    assert.deepEqual(await list({ minDurationMs: 11_000 }), []);
    assert.deepEqual(await list({ minCostUsd: 2, statuses: ['failed'] }), [failed]);
    assert.deepEqual(await find('ship', { minCostUsd: 1 }), [failed]);
  });

  await t.test('indexes more than a batch, each run once', async () => {
    await submitRuns(
      pool,
      Array.from({ length: 600 }, () => submissionOf(orders, { input: '{"many": "runs"}' })),
    );
    while (await addRunTexts(pool));
    const missing =
      'select from runs r where not exists (select from run_texts t where t.run_id = r.id)';
    assert.deepEqual(await select(pool, missing), []);
    assert.equal((await find('many', { limit: 200 })).length, 200);
  });

  await t.test('finds the newest matches, however many others match', async () => {
    await select(
      pool,
      `insert into run_texts (run_id, words, is_final)
       select lpad(n::text, 32, '0')::uuid, to_tsvector('simple', 'frequent'), true
       from generate_series(1, 50000) n`,
    );
    const [older, newer] = [await submit({ a: 'frequent' }), await submit({ a: 'frequent' })];
    while (await addRunTexts(pool));
    assert.deepEqual(await find('frequent'), [newer, older]);
    assert.deepEqual(await find('frequent', { limit: 1 }), [newer]);
  });
});

test('parses words, and perhaps the prefix of an id', () => {
  assert.deepEqual(toSearch('order o-17'), {
    query: 'order:* & o:* & 17:*',
    ids: null,
    idEnd: null,
  });
  assert.deepEqual(toSearch(' 01a2 '), {
    query: '01a2:*',
    ids: ['01a20000-0000-0000-0000-000000000000', '01a2ffff-ffff-ffff-ffff-ffffffffffff'],
    idEnd: null,
  });
  assert.equal(toSearch('A4201E89').idEnd, 'a4201e89');
  assert.deepEqual(toSearch('!?'), { query: null, ids: null, idEnd: null });
});
