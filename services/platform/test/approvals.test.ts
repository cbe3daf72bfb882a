import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { cancelRun } from '../queries/cancel-run.ts';
import { decideApproval } from '../queries/decide-approval.ts';
import { releaseRun } from '../queries/engine/leases.ts';
import { getApproval, listApprovals } from '../queries/list-approvals.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, startRun, UNTRACED } from './fixtures.ts';

test('approvals', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'asking', { ask: { type: 'approval' } });

  async function ask() {
    const run = await startRun(pool, workflow);
    await run.commit([{ step: 'ask', status: 'waiting', kind: 'approval' }]);
    const [row] = await select<{ id: string }>(
      pool,
      'select id from approvals where run_id = $1',
      run.runId,
    );
    return { ...run, approvalId: row!.id };
  }
  const decisionOf = (approvalId: string, decision: 'approved' | 'rejected' = 'approved') => {
    return { approvalId, decision, comment: 'fine', decidedBy: 'ada', traceparent: null };
  };

  await t.test(
    'a decision raises the counter, makes a run without a worker want one, and is readable',
    async () => {
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
      const [run] = await select(
        pool,
        'select signal, wanted_at <= now() as wanted from runs where id = $1',
        runId,
      );
      assert.deepEqual(run, { signal: 1, wanted: true });
      const messages = await select(
        pool,
        'select type, step, iteration, body from run_messages where run_id = $1',
        runId,
      );
      assert.deepEqual(messages, [
        {
          type: 'approval',
          step: 'ask',
          iteration: -1,
          body: { status: 'approved', comment: 'fine', decidedBy: 'ada' },
        },
      ]);
    },
  );

  await t.test('of many concurrent decisions, one wins', async () => {
    const { approvalId } = await ask();
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        decideApproval(pool, decisionOf(approvalId, index % 2 ? 'approved' : 'rejected')),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const answer of answers) {
      if (answer.status === 'rejected') assert.equal(answer.reason.code, 'already_decided');
    }
  });

  await t.test('refuses a decision for an ended run', async () => {
    const { runId, approvalId } = await ask();
    await cancelRun(pool, runId, { onlyOwner: null });
    await assert.rejects(decideApproval(pool, decisionOf(approvalId)), { code: 'run_finished' });
    await assert.rejects(decideApproval(pool, decisionOf(uuidv7())), { code: 'not_found' });
  });

  await t.test('lists are newest first, by status, in pages', async () => {
    const asked = [await ask(), await ask(), await ask()].map(({ approvalId }) => approvalId);
    const first = await listApprovals(pool, {
      viewer: null,
      status: 'pending',
      limit: 2,
      cursor: null,
    });
    assert.deepEqual(
      first.items.map(({ id }) => id),
      [asked[2], asked[1]],
    );
    const rest = await listApprovals(pool, {
      viewer: null,
      status: 'pending',
      limit: 2,
      cursor: first.nextCursor,
    });
    assert.deepEqual([rest.items.map(({ id }) => id), rest.nextCursor], [[asked[0]], null]);
    const all = await listApprovals(pool, { viewer: null, status: null, limit: 200, cursor: null });
    assert.equal(all.items.length, 6);
    const { workflowName, message, status } = (await getApproval(pool, asked[0]!, null))!;
    assert.deepEqual([workflowName, message, status], ['asking', 'Go on?', 'pending']);
    assert.equal(await getApproval(pool, uuidv7(), null), null);
    const broken = listApprovals(pool, { viewer: null, status: null, limit: 2, cursor: 'x' });
    await assert.rejects(broken, { code: 'bad_request' });
  });

  await t.test('an unreadable row does not break the list', async () => {
    const { approvalId } = await ask();
    const page = { status: null, limit: 100, cursor: null };
    const viewer = { subject: 'sub-x', name: 'x', roles: ['x'] };
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
        assert.ok(
          all.items.some(({ id }) => id === approvalId),
          'its owner and admins see it',
        );
      }
    }
  });
});
