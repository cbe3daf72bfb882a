import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

const DUE_AT = new Date('2030-01-01T00:00:00.000Z');

test('approvals', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', CHAIN);

  /** Starts a run that waits for an approval, and returns its id. */
  async function ask(): Promise<{ runId: string; approvalId: string }> {
    const runId = await api.submit();
    await engine.start(runId);
    const waiting = { kind: 'approval', status: 'waiting', waiting_seq: 3, due_at: DUE_AT };
    await engine.writeStep(runId, 'ask', waiting);
    return { runId, approvalId: await engine.ask(runId, { approver: { role: 'admin' } }) };
  }

  await t.test('lists and shows an approval; its step names it', async () => {
    const { runId, approvalId } = await ask();
    const { body } = await api.get('/api/v1/approvals?status=pending');
    const [item] = body.items;
    assert.deepEqual([item.id, item.workflow], [approvalId, 'chain']);
    assert.deepEqual([item.dueAt, item.inputStart], [DUE_AT.toISOString(), '{"n":1}']);
    assert.deepEqual(item.approver, { role: 'admin' });
    assert.deepEqual((await api.get(`/api/v1/approvals/${approvalId}`)).body, item);
    const steps = (await api.get(`/api/v1/runs/${runId}`)).body.steps;
    assert.equal(steps[1].approvalId, approvalId);
  });

  await t.test('accepts one of many concurrent decisions', async () => {
    const { approvalId } = await ask();
    const path = `/api/v1/approvals/${approvalId}/decision`;
    const answers = await Promise.all(
      ['approved', 'rejected', 'approved', 'rejected'].map((decision) =>
        api.post(path, { decision, comment: decision }),
      ),
    );
    const taken = answers.filter(({ status }) => status === 200);
    assert.equal(taken.length, 1);
    const refused = answers.filter(({ status }) => status !== 200);
    for (const { body } of refused) assert.equal(body.code, 'already_decided');
    const { body } = await api.get(`/api/v1/approvals/${approvalId}`);
    assert.equal(body.status, taken[0]?.body.status);
    assert.deepEqual([body.comment, body.decidedBy, body.dueAt], [body.status, 'local', null]);
    const decided = await api.get('/api/v1/approvals?status=decided');
    assert.deepEqual(decided.body.items, [body], 'those that still wait are not in the list');
  });

  await t.test('refuses an invalid decision', async () => {
    const { approvalId } = await ask();
    const path = `/api/v1/approvals/${approvalId}/decision`;
    for (const body of [{}, { decision: 'maybe' }, { decision: 'approved', by: 'me' }, [], 'x'])
      assert.equal((await api.post(path, JSON.stringify(body))).status, 422);
    const decision = 'approved';
    assert.equal((await api.post(path, { decision, comment: 'a\0b' })).status, 422);
    const unknown = await api.post(`/api/v1/approvals/${uuidv7()}/decision`, { decision });
    assert.equal(unknown.status, 404);
  });
});
