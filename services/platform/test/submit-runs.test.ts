import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteExpiredKeys } from '../queries/delete-old.ts';
import { submitRuns } from '../queries/runs/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, submissionOf, submitRun } from './fixtures.ts';

test('submit', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'submitted', {
    a: { type: 'transform' },
    b: { type: 'transform', needs: ['a'] },
  });
  const keyed = (key: string, requestHash = 'h') =>
    submissionOf(workflow, { idempotency: { key, requestHash } });

  await t.test('writes all that workers need', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const parentSpanId = '00f067aa0ba902b7';
    const { runId, replayed } = await submitRun(
      pool,
      submissionOf(workflow, { timeoutMs: 90_000, traceparent, parentSpanId, tracestate: 'a=b' }),
    );
    assert.equal(replayed, false);
    const rows = await select(
      pool,
      `select status, steps_total, event_seq, traceparent, parent_span_id, tracestate, input, owner, workflow_name,
         extract(epoch from deadline_at - created_at)::int as timeout_s
       from runs where id = $1`,
      runId,
    );
    assert.deepEqual(rows, [
      {
        status: 'queued',
        steps_total: 2,
        event_seq: 1,
        traceparent,
        parent_span_id: parentSpanId,
        tracestate: 'a=b',
        input: { n: 1 },
        owner: 'local',
        workflow_name: 'submitted',
        timeout_s: 90,
      },
    ]);
  });

  await t.test('an outdated version accepts nothing, not even a key', async () => {
    const { version } = workflow;
    const keyedAs = (publishedVersion: number) =>
      submissionOf(workflow, { publishedVersion, idempotency: { key: 'late', requestHash: 'h' } });
    const results = await submitRuns(pool, [
      submissionOf(workflow, { publishedVersion: version }),
      keyedAs(version + 1),
      submissionOf(workflow),
    ]);
    assert.deepEqual(
      results.map((one) => ('outdated' in one ? 'outdated' : 'runId' in one && !one.replayed)),
      [true, 'outdated', true],
    );
    assert.deepEqual(await select(pool, `select key from idempotency_keys where key = 'late'`), []);
    const [again] = await submitRuns(pool, [keyedAs(version)]);
    assert.ok(again && 'runId' in again && !again.replayed);
  });

  await t.test('one key is one run, even for 20 concurrent requests', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => submitRun(pool, keyed('twenty'))),
    );
    assert.equal(new Set(answers.map(({ runId }) => runId)).size, 1);
    assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
    const rows = await select(pool, 'select id from runs where id = $1', answers[0]!.runId);
    assert.equal(rows.length, 1);
  });

  await t.test('the same key with another request is a conflict and writes nothing', async () => {
    await submitRun(pool, keyed('one'));
    const before = await select(pool, 'select count(*) from runs');
    await assert.rejects(submitRun(pool, keyed('one', 'other')), { code: 'idempotency_conflict' });
    assert.deepEqual(await select(pool, 'select count(*) from runs'), before);
  });

  await t.test('a key is free again after it expires', async () => {
    const first = await submitRun(pool, keyed('old'));
    await select(pool, `update idempotency_keys set expires_at = now() where key = 'old'`);
    const second = await submitRun(pool, keyed('old', 'other'));
    assert.equal(second.replayed, false);
    assert.notEqual(second.runId, first.runId);
    const { runId, replayed } = await submitRun(pool, keyed('old', 'other'));
    assert.deepEqual([runId, replayed], [second.runId, true]);
  });

  await t.test('another owner and another workflow may use the same key', async () => {
    const other = await postWorkflow(pool, 'another');
    const idempotency = { key: 'shared', requestHash: 'h' };
    const answers = await submitRuns(pool, [
      keyed('shared'),
      submissionOf(workflow, { owner: 'somebody', idempotency }),
      submissionOf(other, { idempotency }),
    ]);
    assert.equal(new Set(answers.map((one) => 'runId' in one && one.runId)).size, 3);
  });

  await t.test('many submissions in one call get separate results, in order', async () => {
    const taken = await submitRun(pool, keyed('taken'));
    const answers = await submitRuns(pool, [
      submissionOf(workflow),
      keyed('taken'),
      keyed('taken', 'other'),
      keyed('new'),
      keyed('new'),
    ]);
    assert.deepEqual(
      answers.map((one) => ('runId' in one ? one.replayed : one)),
      [false, true, { conflict: true }, false, true],
    );
    const [, again, , first, second] = answers.map((one) => 'runId' in one && one.runId);
    assert.equal(again, taken.runId);
    assert.equal(second, first);
  });

  await t.test('the audit log names the submitter once per run, with or without keys', async () => {
    const by = (name: string) => ({
      audit: {
        subject: name,
        name,
        via: 'bearer' as const,
        action: 'submitRun',
        address: null,
        traceId: null,
      },
    });
    const submitted = [
      await submitRun(pool, submissionOf(workflow, by('one'))),
      await submitRun(pool, { ...keyed('audited'), ...by('one') }),
      await submitRun(pool, { ...keyed('audited'), ...by('one') }),
      ...(await submitRuns(pool, [submissionOf(workflow, by('many')), submissionOf(workflow)])),
    ].map((one) => 'runId' in one && one.runId);
    const rows = await select(
      pool,
      `select subject, target from audit_log where subject in ('one', 'many') order by id`,
    );
    assert.deepEqual(rows, [
      { subject: 'one', target: `runs/${submitted[0]}` },
      { subject: 'one', target: `runs/${submitted[1]}` },
      { subject: 'many', target: `runs/${submitted[3]}` },
    ]);
  });

  await t.test('batches with the same keys in opposite order do not deadlock', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `crossed-${index}`);
    const batches = Array.from({ length: 8 }, (_, index) =>
      submitRuns(
        pool,
        (index % 2 ? keys.toReversed() : keys).map((key) => keyed(key)),
      ),
    );
    const runIds = (await Promise.all(batches)).flat().map((one) => 'runId' in one && one.runId);
    assert.equal(new Set(runIds).size, 50);
  });

  await t.test('deletes expired keys, and no others', async () => {
    await select(pool, `update idempotency_keys set expires_at = now() where key like 'crossed-%'`);
    const left = await select<{ n: number }>(pool, 'select count(*) as n from idempotency_keys');
    assert.equal(await deleteExpiredKeys(pool, 40), 40);
    assert.equal(await deleteExpiredKeys(pool, 40), 10);
    assert.equal(await deleteExpiredKeys(pool, 40), 0);
    assert.deepEqual(await select(pool, 'select count(*) as n from idempotency_keys'), [
      { n: left[0]!.n - 50 },
    ]);
  });
});
