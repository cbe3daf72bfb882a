import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POLICY, requirePolicy } from '../auth/policy.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { ADMIN, BUILDER, type TestPerson } from '../testing/test-issuer.ts';

const ROLELESS: TestPerson = { subject: 'sub-x', name: 'nobody@test', roles: [] };
/** In the order of the columns. */
const PEOPLE = { anonymous: null, 'no role': ROLELESS, builder: BUILDER, admin: ADMIN };
type Person = keyof typeof PEOPLE;

/** Which callers each kind of route accepts. */
const LETS_IN: Readonly<Record<string, readonly Person[]>> = {
  open: ['anonymous', 'no role', 'builder', 'admin'],
  login: ['no role', 'builder', 'admin'],
  member: ['builder', 'admin'],
  admin: ['admin'],
};

const SAMPLES: Record<string, string> = {
  id: '01900000-0000-7000-8000-000000000000',
  name: 'nothing',
  version: '1',
  step: 'step',
  code: 'internal',
};

test('access to every route', async (t) => {
  const api = await startTestApi(t);
  const operations = Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

  /** The status of a request. Closes streams at once. */
  async function ask(person: Person, method: string, path: string): Promise<number> {
    const url = `${api.url}${path.replaceAll(/\{(\w+)\}/g, (_, name) => SAMPLES[name] ?? 'x')}`;
    const { headers } = await api.as(PEOPLE[person]);
    const leaving = new AbortController();
    const response = await fetch(url, {
      method: method.toUpperCase(),
      headers: { ...headers, 'content-type': 'application/json' },
      body: method === 'post' || method === 'put' ? '{}' : null,
      redirect: 'manual',
      signal: leaving.signal,
    });
    leaving.abort();
    return response.status;
  }

  await t.test('the policy has every route and no other', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.deepEqual(ids.toSorted(), Object.keys(POLICY).toSorted());
  });

  await t.test('the API does not start if a route has no policy', () => {
    const routes = [...Object.keys(POLICY), 'dropEverything'].map((id) => ({ id }));
    assert.throws(() => requirePolicy(routes), /dropEverything has no access level/);
    assert.throws(() => requirePolicy(routes.slice(1, -1)), /is no route/);
  });

  await t.test('route by role', async (t) => {
    t.diagnostic(`${'route'.padEnd(62)} ${Object.keys(PEOPLE).join('  ')}`);
    for (const { path, method, operation } of operations) {
      const access = POLICY[operation.operationId] ?? '';
      const statuses: number[] = [];
      for (const person of Object.keys(PEOPLE) as Person[]) {
        const status = await ask(person, method, path);
        statuses.push(status);
        const where = `${person}: ${method} ${path} answered ${status}`;
        if (LETS_IN[access]?.includes(person)) assert.ok(status !== 401 && status !== 403, where);
        else assert.equal(status, person === 'anonymous' ? 401 : 403, where);
        assert.ok(status < 500, where);
      }
      const route = `${method.toUpperCase().padEnd(4)} ${path}`;
      t.diagnostic(`${route.padEnd(62)} ${statuses.join('        ')}  (${access})`);
    }
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
