import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelId } from '@aio/catalog/boards';
import { POLICY } from '../../../auth/policy.ts';
import { startQuietPrometheus } from '../../../testing/quiet-prometheus.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { ADMIN, BUILDER } from '../../../testing/test-issuer.ts';

const BOARD = '/api/v1/dashboards/aio-overview';
const PANEL = {
  panel: panelId('aio-overview', 'Runs'),
  from: new Date(Date.now() - 60_000).toISOString(),
  to: new Date().toISOString(),
};
/** One of each route of boards and alerts. */
const REQUESTS: readonly [method: string, path: string, body?: object][] = [
  ['GET', '/api/v1/dashboards'],
  ['GET', BOARD],
  ['GET', `${BOARD}/variables`],
  ['GET', `${BOARD}/annotations`],
  ['POST', `${BOARD}/query`, PANEL],
  ['GET', '/api/v1/alerts'],
  ['GET', '/api/v1/alerts/NoWorkerUp/runbook'],
];
const VIEWER = { subject: 'sub-v', name: 'viewer@test', roles: ['viewer'] };

for (const [env, ofBuilder] of [
  [{}, 403],
  [{ BOARDS_FOR: 'admin' }, 403],
  [{ BOARDS_FOR: 'member' }, 200],
] as const) {
  test(`boards and alerts answer a builder ${ofBuilder} with ${JSON.stringify(env)}`, async (t) => {
    const { url } = await startQuietPrometheus(t);
    const api = await startTestApi(t, { env: { ...env, PROMETHEUS_URL: url } });
    assert.equal(
      REQUESTS.length,
      Object.values(POLICY).filter((access) => access === 'boards').length,
    );
    for (const [person, expected] of [
      [ADMIN, 200],
      [BUILDER, ofBuilder],
      [VIEWER, 403],
      [null, 401],
    ] as const) {
      const client = person === null ? await api.as(null) : await api.inBrowser(person);
      for (const [method, path, body] of REQUESTS) {
        const answer = method === 'POST' ? await client.post(path, body) : await client.get(path);
        assert.equal(answer.status, expected, `${person?.name}: ${method} ${path}`);
        if (expected === 403) assert.equal(answer.body.code, 'forbidden');
      }
      if (person === null) continue;
      const { body: me } = await client.get('/auth/me');
      assert.equal(me.boards, expected === 200, person.name);
    }
  });
}
