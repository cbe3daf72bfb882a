import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { cancelRun } from '../queries/runs/cancel-run.ts';
import { decideApproval } from '../queries/waits/decide-approval.ts';
import { releaseRun } from '../queries/engine/leases.ts';
import { getApproval, listApprovals, listDecided } from '../queries/waits/list-approvals.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, selectOne, startRun } from './fixtures.ts';
import { UNTRACED } from '../testing/retry.ts';
import { pluck } from '../testing/pluck.ts';

test('approvals', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'asking', { ask: { type: 'approval' } });

  async function ask() {
    const run = await startRun(pool, workflow);
    await run.commit([{ step: 'ask', status: 'waiting', kind: 'approval' }]);
    const text = 'select id from approvals where run_id = $1';
    const { id: approvalId } = await selectOne<{ id: string }>(pool, text, run.runId);
    return { ...run, approvalId };
  }
  const decisionOf = (approvalId: string) => {
    const decision = 'approved' as const;
    return { approvalId, decision, comment: 'fine', decidedBy: 'ada', traceparent: null };
  };

  await t.test('a decision is a message to its run, which wants a worker', async () => {
    const { runId, epoch, approvalId } = await ask();
    const release = { runId, epoch, changes: 0, status: 'waiting' as const, dueAt: null };
    assert.equal(await releaseRun(pool, release), true);
    assert.deepEqual(await decideApproval(pool, decisionOf(approvalId)), {
      runId,
      epoch,
      workflowId: workflow.workflowId,
      workerId: null,
      ...UNTRACED,
    });
    const ofRun = 'select changes, wanted_at <= now() as wanted from runs where id = $1';
    assert.deepEqual(await selectOne(pool, ofRun, runId), { changes: 1, wanted: true });
    const ofMessages = 'select type, step, iteration, body from run_messages where run_id = $1';
    const body = { status: 'approved', comment: 'fine', decidedBy: 'ada' };
    assert.deepEqual(await select(pool, ofMessages, runId), [
      { type: 'approval', step: 'ask', iteration: -1, body },
    ]);
  });

  await t.test('refuses a decision for an ended run', async () => {
    const { runId, approvalId } = await ask();
    await cancelRun(pool, runId, { onlyOwner: null });
    await assert.rejects(decideApproval(pool, decisionOf(approvalId)), { code: 'run_finished' });
    await assert.rejects(decideApproval(pool, decisionOf(uuidv7())), { code: 'not_found' });
  });

  await t.test('lists are newest first, by status, in pages', async () => {
    const asked = [await ask(), await ask(), await ask()].map(({ approvalId }) => approvalId);
    const list = (status: 'pending' | null, limit: number, cursor: string | null = null) =>
      listApprovals(pool, { viewer: null, status, limit, cursor });
    const first = await list('pending', 2);
    assert.deepEqual(pluck(first.items, 'id'), [asked[2], asked[1]]);
    const rest = await list('pending', 2, first.nextCursor);
    assert.deepEqual([rest.items.map(({ id }) => id), rest.nextCursor], [[asked[0]], null]);
    assert.equal((await list(null, 200)).items.length, 5);
    const { workflowName, message, status } = (await getApproval(pool, asked[0]!, null))!;
    assert.deepEqual([workflowName, message, status], ['asking', 'Go on?', 'pending']);
    assert.equal(await getApproval(pool, uuidv7(), null), null);
    await assert.rejects(list(null, 2, 'x'), { code: 'bad_request' });
  });

  await t.test(
    'decisions are listed from the latest on, in pages, to those who may see them',
    async () => {
      const { pool } = await createTestDatabase(t);
      const workflow = await postWorkflow(pool, 'asking', { ask: { type: 'approval' } });
      const ids = [];
      for (let nth = 0; nth < 3; nth += 1) {
        const run = await startRun(pool, workflow);
        await run.commit([{ step: 'ask', status: 'waiting', kind: 'approval' }]);
        const text = 'select id from approvals where run_id = $1';
        ids.push((await selectOne<{ id: string }>(pool, text, run.runId)).id);
      }
      const [first, second, third] = ids;
      for (const id of [third, first]) await decideApproval(pool, decisionOf(id!));
      const list = async (limit: number, cursor: string | null, viewer = null) => {
        const { items, nextCursor } = await listDecided(pool, { viewer, limit, cursor });
        return [pluck(items, 'id'), nextCursor];
      };
      assert.deepEqual(await list(1, null), [[first], first]);
      assert.deepEqual(await list(1, first!), [[third], null]);
      await decideApproval(pool, decisionOf(second!));
      assert.deepEqual(await list(5, null), [[second, first, third], null]);
      const other = { subject: 'sub-x', uniqueName: 'x', roles: ['x'] };
      const seen = await listDecided(pool, { viewer: other, limit: 5, cursor: null });
      assert.deepEqual(seen.items, []);
    },
  );

  await t.test('an unreadable row does not break the list', async () => {
    const { approvalId } = await ask();
    const page = { status: null, limit: 100, cursor: null };
    const viewer = { subject: 'sub-x', uniqueName: 'x', roles: ['x'] };
    for (const text of ['"a\\u0000b"', '"\\ud800"', '"\\udc00x"', '"a\\\\u0000"']) {
      for (const approver of [`{"user":${text}}`, `{"role":${text}}`, text, `[${text}]`]) {
        await pool.query({
          name: 'spoil-approval',
          text: 'update approvals set approver = $2::json where id = $1',
          values: [approvalId, approver],
        });
        assert.deepEqual((await listApprovals(pool, { ...page, viewer })).items, [], approver);
        assert.equal(await getApproval(pool, approvalId, viewer), null);
        const all = await listApprovals(pool, { ...page, viewer: null });
        assert.ok(pluck(all.items, 'id').includes(approvalId), 'its owner and admins see it');
      }
    }
  });
});
