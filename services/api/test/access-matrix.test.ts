import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportWorker } from '@aio/platform/queries/queues/workers';
import { v7 as uuidv7 } from 'uuid';
import { BODIES, CALLERS, type Caller, MATRIX, type Objects } from '../testing/access-matrix.ts';
import { CHAIN } from '../testing/definitions.ts';
import { startQuietPrometheus } from '../testing/quiet-prometheus.ts';
import { startStandInController } from '../testing/stand-in-controller.ts';
import type { TestClient } from '../testing/test-client.ts';
import { startTraced } from '../testing/start-traced.ts';
import { BUILDER } from '../testing/test-issuer.ts';

const FLOW = 'owners-flow';
const SECRET = 'API_KEY';
const HOST = 'owners-host';
const TRACE = 'facade'.repeat(5) + '01';

/** Callers who may not learn the owner's names and ids. The approver may, of the approval that names the role. */
const OUTSIDERS: readonly Caller[] = ['other builder', 'no role', 'anonymous'];

test('every operation by every caller', async (t) => {
  const ids: string[] = [];
  const prometheus = await startQuietPrometheus(t);
  const controller = await startStandInController(t);
  const { api } = await startTraced(t, 1, {
    PROMETHEUS_URL: prometheus.url,
    ...controller.env,
  });
  const { engine } = api;
  const operations = Object.entries(api.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
    })),
  );
  const clients = Object.fromEntries(
    await Promise.all(
      Object.entries(CALLERS).map(async ([caller, person]) => [
        caller,
        person === null ? await api.as(null) : await api.inBrowser(person),
      ]),
    ),
  ) as Record<Caller, TestClient>;
  const { owner } = clients;
  await owner.post('/api/v1/workflows', { ...CHAIN, name: FLOW });
  await clients['other builder'].post('/api/v1/workflows', { ...CHAIN, name: 'others-flow' });
  await clients['other builder'].submit('others-flow');
  const worker = {
    id: uuidv7(),
    host: HOST,
    pid: 424_242_424,
    version: '1',
    state: 'running',
  } as const;
  const work = { kinds: ['http'], lanes: { http: 1 }, slots: 1, slotsUsed: 0, runsHeld: 0 };
  const unlisted = { begun: {}, leaseMs: 600_000 };
  await reportWorker(api.pool, { ...worker, ...work, ...unlisted });
  await owner.call('GET', '/api/v1/runs', {
    headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
  });

  const putSecret = () =>
    clients.admin.call('PUT', `/api/v1/secrets/${SECRET}`, {
      body: JSON.stringify({ value: 'a long enough value' }),
      headers: { 'content-type': 'application/json' },
    });

  /** New objects of the owner. */
  async function createObjects(operation: string): Promise<Objects> {
    const run = await owner.submit(FLOW);
    await engine.start(run);
    await engine.writeStep(run, 'first', { status: 'succeeded', output: '2', attempt: 1 });
    const approval = await engine.ask(run, { approver: { role: 'on-call' } });
    if (operation === 'retryRun' || operation === 'replayRun') await engine.finish(run, 'failed');
    if (operation === 'deleteSecret') await putSecret();
    ids.push(run, approval);
    return { workflow: FLOW, run, approval };
  }

  /** Reads the first part of a stream. */
  async function ask(client: TestClient, method: string, path: string, body?: object) {
    const leaving = new AbortController();
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: { ...client.headers, ...(body && { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'manual',
      signal: leaving.signal,
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (!isStream) return { status: response.status, text: await response.text() };
    const { value } = await response.body!.getReader().read();
    leaving.abort();
    return { status: response.status, text: Buffer.from(value ?? []).toString() };
  }

  /** Fails if the text has a name or id of the owner that the request did not have. */
  function assertNoLeak(text: string, request: string, where: string): void {
    const names = [FLOW, BUILDER.subject, BUILDER.name, HOST, '424242424', TRACE, ...ids];
    const leaked = names.filter((name) => text.includes(name) && !request.includes(name));
    assert.deepEqual(leaked, [], `${where}: ${text.slice(0, 2000)}`);
  }

  await t.test('every operation has a row', () => {
    assert.deepEqual(operations.map(({ id }) => id).toSorted(), Object.keys(MATRIX).toSorted());
  });

  const callers = Object.keys(CALLERS) as Caller[];
  const unchanged = await createObjects('getRun');
  t.diagnostic(`${''.padEnd(58)}${callers.map((one) => one.padStart(15)).join('')}`);
  for (const { id, method, path } of operations) {
    await t.test(`${method} ${path}`, async (t) => {
      const statuses: number[] = [];
      let objects = method === 'GET' ? unchanged : await createObjects(id);
      for (const caller of callers) {
        const target = fillIn(path, objects);
        const body = BODIES[id]?.(objects);
        const person = CALLERS[caller];
        // It ends the session.
        const client = id === 'logout' && person ? await api.inBrowser(person) : clients[caller];
        const { status, text } = await ask(client, method, target, body);
        statuses.push(status);
        if (method !== 'GET' && status < 300) objects = await createObjects(id);
        const where = `${caller}: ${method} ${target} answered ${status}`;
        if (OUTSIDERS.includes(caller)) assertNoLeak(text, target + JSON.stringify(body), where);
      }
      t.diagnostic(
        `${`${method} ${path}`.padEnd(58)}${statuses.map((one) => String(one).padStart(15)).join('')}`,
      );
      assert.deepEqual(statuses, MATRIX[id]);
    });
  }

  await t.test('the API logs no error', () => assert.deepEqual(api.faults(), []));
});

/** The path of a request for the owner's objects. */
function fillIn(template: string, objects: Objects): string {
  const { workflow, run, approval } = objects;
  const [, noun = ''] = /^\/api\/v1\/([\w-]+)/.exec(template) ?? [];
  const names: Record<string, string> = {
    workflows: workflow,
    queues: 'http',
    secrets: SECRET,
    alerts: 'NoWorkerUp',
  };
  const idsOf: Record<string, string> = { runs: run, approvals: approval };
  const values: Record<string, string | undefined> = {
    id: idsOf[noun] ?? run,
    name: names[noun],
    version: '1',
    step: 'first',
    code: 'internal',
    uid: 'aio-overview',
  };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    assert.ok(value, `the test knows no ${name} of ${template}`);
    return value;
  });
}
