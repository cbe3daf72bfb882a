import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { hasPages } from '../start/has-pages.ts';
import { findJaeger } from '../servers/jaeger.ts';
import { createMachineToken, fetchAs } from '../start/machine-token.ts';
import { PORTS } from '../process/ports.ts';
import { isAlive } from '../process/process-identity.ts';
import { PROGRAM_DIR } from '../testing/folder.ts';
import {
  findOffset,
  listeningParts,
  makeDataFolder,
  recordedParts,
  runStack,
} from '../testing/running-stack.ts';

const OFFSET = await findOffset();
const args = ['--port-offset', String(OFFSET)];

const lacksJaeger = findJaeger({ dataDir: PROGRAM_DIR, searchPath: process.env.PATH ?? '' })
  ? false
  : 'no jaeger on this machine; `npm run servers -- jaeger` gets it';

const createFetch = () =>
  fetchAs(createMachineToken(`http://localhost:${PORTS.identity + OFFSET}`));
const machineFetch = createFetch();

test('start, example, second start, Ctrl-C, kill, start again', async (t) => {
  const dataDir = makeDataFolder(t);
  const stack = runStack(dataDir, args);
  t.after(() => stack.signal('SIGTERM'));

  await t.test('prints how the example runs to its end', async () => {
    await stack.sees(/Ctrl-C stops everything/);
    assert.match(
      stack.output(),
      /openai +stand-in +the simulator, since OPENAI_API_KEY is not set/,
    );
    assert.match(stack.output(), /identity +ready +\S+ s +the embedded provider/);
    assert.match(stack.output(), /classify +succeeded/);
    assert.match(stack.output(), /The run succeeded:\n\{/);
    assert.match(stack.output(), /admin@example.com +admin123/);
    assert.match(stack.output(), /builder@example.com +builder123/);
  });

  await t.test('its trace is in Jaeger', { skip: lacksJaeger }, async () => {
    assert.match(stack.output(), /jaeger +ready/);
    const api = `http://127.0.0.1:${PORTS.api + OFFSET}/api/v1`;
    const { items } = (await (await machineFetch(`${api}/runs`)).json()) as {
      items: { traceId: string; traceUrl: string }[];
    };
    const { traceId, traceUrl } = items[0]!;
    const jaeger = `http://localhost:${PORTS.jaegerUi + OFFSET}`;
    const pages = await hasPages(jaeger);
    assert.equal(traceUrl, pages ? `${jaeger}/trace/${traceId}` : null);
    const names = async () => (await fetch(`${jaeger}/api/v3/traces/${traceId}`)).text();
    await waitUntil(async () => /"run triage-incident"/.test(await names()), {
      what: 'the span of the run',
    });
  });

  await t.test('the API knows the address of Prometheus, if there is one', async () => {
    const api = `http://127.0.0.1:${PORTS.api + OFFSET}/api/v1`;
    const list = (await (await machineFetch(`${api}/dashboards`)).json()) as {
      isConfigured: boolean;
    };
    assert.equal(list.isConfigured, /prometheus +ready/.test(stack.output()));
    const { status } = await machineFetch(`${api}/alerts`);
    assert.equal(status, list.isConfigured ? 200 : 404);
  });

  await t.test('a second start on the same data is refused', async () => {
    const second = runStack(dataDir, ['--port-offset', String(OFFSET - 100), '--once']);
    assert.equal(await second.exited, 69);
    assert.match(second.output(), /^error: a stack already uses .* \(process \d+\); [^\n]*\n$/);
  });

  for (const name of ['worker-1', 'identity', 'api']) {
    await t.test(`a killed ${name} starts again, and the stack goes on`, async () => {
      const find = () => recordedParts(dataDir).filter((part) => part.name === name);
      const [killed] = find();
      assert.ok(killed);
      process.kill(killed.pid, 'SIGKILL');
      await stack.sees(new RegExp(`^  ${name} +ready .*runs again$`, 'm'));
      const lost = new RegExp(`^  ${name} +lost +was ended by SIGKILL; starts again in 1 s$`, 'm');
      assert.match(stack.output(), lost);
      const [next, ...others] = find();
      assert.deepEqual(others, []);
      assert.ok(next && next.pid !== killed.pid && isAlive(next));
      // With a new token, because the login service has a new key. The API looks for one every 10 s.
      const runs = `http://127.0.0.1:${PORTS.api + OFFSET}/api/v1/runs`;
      const isTaken = async () => (await createFetch()(runs)).status === 200;
      await waitUntil(isTaken, { what: 'the API takes a token' });
    });
  }

  await t.test('Ctrl-C stops all of it, in order', async () => {
    const parts = recordedParts(dataDir);
    assert.ok(parts.length >= 6);
    stack.signal('SIGINT');
    assert.equal(await stack.exited, 0);
    const stopped = [...stack.output().matchAll(/^ {2}(\S+) +stopped$/gm)].map(([, name]) => name);
    const order = [
      'game-days',
      'api',
      'worker',
      'simulator',
      'identity',
      'prometheus',
      'alertmanager',
      'jaeger',
      'trace-store',
      'redis',
      'postgres',
    ];
    const ranks = stopped.map((name) => order.indexOf((name ?? '').replace(/-\d+$/, '')));
    assert.deepEqual(
      ranks,
      ranks.toSorted((a, b) => a - b),
    );
    assert.deepEqual(parts.filter(isAlive), []);
    assert.deepEqual(await listeningParts(OFFSET), []);
    assert.ok(!existsSync(join(dataDir, 'stack.json')));
  });

  await t.test('the next start stops what a killed start left', async () => {
    const killed = runStack(dataDir, args);
    // Earlier, it could end between the start of a part and the record of it.
    await killed.sees(/Ctrl-C stops everything/);
    killed.signal('SIGKILL');
    await killed.exited;
    const left = recordedParts(dataDir).filter(isAlive);
    assert.ok(left.length >= 3);
    const next = runStack(dataDir, [...args, '--once']);
    assert.equal(await next.exited, 0, next.output());
    assert.match(next.output(), /^Stopping what a killed start left running: .*postgres/);
    assert.deepEqual(left.filter(isAlive), []);
    assert.deepEqual(await listeningParts(OFFSET), []);
  });
});

test('if another part dies, the stack stops and says why', async (t) => {
  const dataDir = makeDataFolder(t);
  const stack = runStack(dataDir, args);
  await stack.sees(/Ctrl-C stops everything/);
  const simulator = recordedParts(dataDir).find(({ name }) => name === 'simulator');
  assert.ok(simulator);
  process.kill(simulator.pid, 'SIGKILL');
  assert.equal(await stack.exited, 69);
  assert.match(stack.output(), /^error: simulator was ended by SIGKILL$/m);
  assert.deepEqual(await listeningParts(OFFSET), []);
});

test('names a port in use and the part that needs it', async (t) => {
  const server = createServer().listen(PORTS.redis + OFFSET, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const stack = runStack(makeDataFolder(t), args);
  assert.equal(await stack.exited, 69);
  assert.match(stack.output(), new RegExp(`port is in use: ${PORTS.redis + OFFSET} \\(redis\\)`));
});

test('reports all wrong values for services before it starts anything', async (t) => {
  const env = { WORKER_KINDS: 'many', AIO_PREFIX: 'Not this' };
  const stack = runStack(makeDataFolder(t), args, env);
  assert.equal(await stack.exited, 78, stack.output());
  assert.match(stack.output(), /WORKER_KINDS: expected/);
  assert.match(stack.output(), /AIO_PREFIX: expected/);
  assert.doesNotMatch(stack.output(), /starting/i);
});
