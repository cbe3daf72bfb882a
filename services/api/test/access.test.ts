import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POLICY, requirePolicy } from '../auth/policy.ts';
import { startTestApi } from '../testing/start-test-api.ts';

test('the policy of every route', async (t) => {
  const api = await startTestApi(t);
  const operations = Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

  await t.test('the policy has every route and no other', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.deepEqual(ids.toSorted(), Object.keys(POLICY).toSorted());
  });

  await t.test('the API does not start if a route has no policy', () => {
    const routes = [...Object.keys(POLICY), 'dropEverything'].map((id) => ({ id }));
    assert.throws(() => requirePolicy(routes), /dropEverything has no access level/);
    assert.throws(() => requirePolicy(routes.slice(1, -1)), /is no route/);
  });

  await t.test('lists all routes without login and all routes for admins', () => {
    const of = (access: string) =>
      Object.keys(POLICY)
        .filter((id) => POLICY[id] === access)
        .toSorted();
    assert.deepEqual(of('open'), [
      'endSessions',
      'finishLogin',
      'getApiRoot',
      'getDocs',
      'getHealth',
      'getOpenApi',
      'getProblem',
      'getReadiness',
      'getRoot',
      'getWorkflowSchema',
      'login',
    ]);
    assert.deepEqual(of('admin'), [
      'deleteSecret',
      'listAudit',
      'listSecrets',
      'pauseQueue',
      'pauseWorkflow',
      'putSecret',
      'resumeQueue',
      'resumeWorkflow',
    ]);
    assert.deepEqual(of('login'), [
      'decideApproval',
      'getApproval',
      'getMe',
      'getTelemetry',
      'listApprovals',
      'logout',
      'postVitals',
    ]);
  });

  await t.test('the document says who may call a route', () => {
    for (const { operation } of operations) {
      const isOpen = POLICY[operation.operationId] === 'open';
      assert.equal(operation.security.length === 0, isOpen, operation.operationId);
      for (const scheme of operation.security.flatMap((one) => Object.keys(one)))
        assert.ok(api.document.components.securitySchemes[scheme], scheme);
    }
  });

  await t.test('HEAD needs the same access, and other methods reveal nothing', async () => {
    const head = await fetch(`${api.url}/api/v1/runs`, { method: 'HEAD' });
    assert.equal(head.status, 401);
    const anonymous = await api.as(null);
    assert.equal((await anonymous.get('/api/v1/nothing')).status, 404);
    assert.equal((await anonymous.call('DELETE', '/api/v1/runs')).status, 405);
  });
});
