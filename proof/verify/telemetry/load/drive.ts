import type { Definition } from '@aio/tools/system/definition';
import type { Database } from '@aio/tools/system/database';
import type { SimulatorClient } from '@aio/tools/system/simulator-client';
import { startLoop } from '../../../bed/loop.ts';
import { waitUntil } from '@aio/tools/system/wait-until';
import { randomBytes, randomUUID } from 'node:crypto';
import type { LoadClient } from './client.ts';
import {
  ASKS,
  BURST,
  EVERYTHING,
  FAILS,
  FORGOTTEN_SECRET,
  HELD,
  HELD_CALLS,
  LEAF,
  MODEL_CALLS,
  STOPS,
  UNREADABLE,
  WORKFLOWS,
} from './workflows.ts';

export interface LoadDeps {
  client: LoadClient;
  simulator: SimulatorClient;
  db: Database;
  say: (line: string) => void;
  /** Workflows to run, one entry per run; default: `BURST`. */
  burst?: readonly Definition[];
}

/** Concurrent requests. With more, the figures would measure this process. */
const AT_ONCE = 4;
const DECIDE_EVERY_MS = 250;
const TELL_EVERY_MS = 2000;
const TRICKLE_EVERY_MS = 150;
const VISIT_EVERY_MS = 1500;
/** Makes the simulator report each type of token. */
const MODEL_TOKENS = { cachedTokens: 2, cacheWrittenTokens: 1, reasoningTokens: 3 };
const MODEL_FAULTS = { rateLimit: 0.3, serverError: 0.15, halfBody: 0.1, refuse: 0.05 };

/** Web vitals, as browsers send them. */
const VITALS = [
  { name: 'LCP', route: '/runs', value: 900 },
  { name: 'INP', route: '/runs/:id', value: 64 },
  { name: 'CLS', route: '/overview', value: 0.02 },
];

/** Outside of `/api/v1`. An address has two logins per hour here; see `stand.ts`. */
const LOGIN = '/../../auth/login';

/** From a client that traces its requests but does not export its spans. */
const TRACED = {
  traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
};

/** A request with its expected status. */
type ExpectedAnswer = readonly [status: number, ...request: Parameters<LoadClient['request']>];

const REQUESTS: readonly ExpectedAnswer[] = [
  [200, 'GET', '/workflows'],
  [200, 'GET', '/runs?limit=20'],
  [200, 'GET', '/queues'],
  [200, 'GET', '/workers'],
  [200, 'GET', '/approvals', undefined, TRACED],
  [200, 'GET', '/openapi.json'],
  [204, 'POST', '/telemetry/vitals', { vitals: VITALS }],
  [404, 'GET', '/nothing-here'],
  [404, 'GET', `/runs/${randomUUID()}`],
  [405, 'DELETE', '/workflows'],
  [422, 'POST', '/workflows', { name: 'Bad Name', steps: {} }],
  [422, 'POST', `/workflows/${LEAF.name}/runs`, { input: { simulator: 7 } }],
  [401, 'POST', '/queues/default/resume', undefined, { authorization: 'Bearer nobody', ...TRACED }],
  [429, 'GET', LOGIN],
];

/**
 * Drives real runs through the API that succeed, fail, retry, wait for people, are cancelled and retried; failing models;
 * requests with 2xx, 4xx and 5xx; logins.
 * @throws Error if a response is unexpected
 */
export async function driveLoad(deps: LoadDeps): Promise<void> {
  const { client, say } = deps;
  await loseSecret(deps);
  await deps.simulator.turn(MODEL_TOKENS);
  for (const definition of WORKFLOWS) await client.createWorkflow(definition);
  for (let request = 0; request < 2; request++) await client.request('GET', LOGIN);
  const decisions = startLoop(DECIDE_EVERY_MS, () => client.decideAll());
  const ticker = setInterval(() => say(`… ${client.requests.length} requests`), TELL_EVERY_MS);
  try {
    say('driving runs of all kinds, and a cancel that waits for the database');
    await Promise.all([driveBurst(deps), cancelAndRetry(deps), cancelLockedRun(deps)]);
    say('driving calls to models, half of which fail');
    await callFailingModels(deps);
    await client.visit();
    await makeUpLogin(deps);
  } finally {
    clearInterval(ticker);
    await decisions.stop();
  }
}

/** Repeats a little of everything, so that rates of the last seconds have data. */
export function startTrickle({ client }: LoadDeps): { stop(): Promise<void> } {
  let turn = 0;
  const runs = [LEAF, MODEL_CALLS, FAILS, EVERYTHING, UNREADABLE];
  const visits = startLoop(VISIT_EVERY_MS, () => client.visit());
  const works = startLoop(TRICKLE_EVERY_MS, async () => {
    turn += 1;
    await expectAnswer(client, REQUESTS[turn % REQUESTS.length]!);
    if (turn % 5 === 0) await client.work((runs[(turn / 5) % runs.length] ?? LEAF).name);
  });
  const decisions = startLoop(TRICKLE_EVERY_MS, () => client.decideAll());
  return {
    async stop() {
      await Promise.all([visits.stop(), works.stop()]);
      // The last run may wait for an approval.
      await decisions.stop();
    },
  };
}

/** Leaves waiting runs behind, one in each state in which runs can wait for long. */
export async function leaveWaiting({ client, db }: LoadDeps): Promise<void> {
  await Promise.all([client.begin(ASKS.name), client.begin(ASKS.name), client.begin(ASKS.name)]);
  await waitUntil('runs wait for people', 10_000, async () => {
    const { rows } = await db.query(`select 1 from runs where status = 'waiting'`);
    return rows.length === 3;
  });
  await client.request('POST', '/queues/http/pause');
  await Promise.all([client.begin(LEAF.name), client.begin(LEAF.name)]);
  await waitUntil('steps are ready', 10_000, async () => {
    const { rows } = await db.query(`select 1 from steps where status = 'ready'`);
    return rows.length === 2;
  });
  await client.request('POST', '/queues/default/pause');
  for (let count = 0; count < 5; count++) await client.begin(LEAF.name);
}

/** Corrupts the row of a secret, so that workers cannot decrypt it. */
async function loseSecret({ client, db }: LoadDeps): Promise<void> {
  await client.putSecret(FORGOTTEN_SECRET, 'a value that is lost');
  await db.query(
    `update secrets set sealed = set_byte(sealed, 0, 255 - get_byte(sealed, 0)) where name = $1`,
    [FORGOTTEN_SECRET],
  );
}

async function driveBurst({ client, simulator, burst = BURST }: LoadDeps): Promise<void> {
  const one = { input: { simulator: simulator.url } };
  const path = `/workflows/${LEAF.name}/runs`;
  for (let run = 0; run < 2; run++) await expectAnswer(client, [202, 'POST', path, one]);
  const waiting = burst.values();
  const work = async () => {
    for (const { name } of waiting) await client.work(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (let turn = 0; turn < 2; turn++)
    for (const asked of REQUESTS) await expectAnswer(client, asked);
}

async function cancelAndRetry({ client, simulator, db }: LoadDeps): Promise<void> {
  const runs = await Promise.all([client.begin(STOPS.name), client.begin(STOPS.name)]);
  await waitUntil('runs are in all they do', 10_000, async () => {
    const { [HELD]: held = 0 } = await simulator.holds();
    const { rows } = await db.query(
      `select 1 from runs where parent_run_id = any ($1) and status = 'waiting'`,
      [runs.map(({ id }) => id)],
    );
    return held === runs.length * HELD_CALLS && rows.length === runs.length;
  });
  for (const { id } of runs) await client.cancelRun(id);
  const failed = await client.work(FAILS.name);
  await expectAnswer(client, [202, 'POST', `/runs/${failed.id}/retry`]);
  const { id } = await client.work(FAILS.name);
  await expectAnswer(client, [200, 'POST', '/runs/bulk', { action: 'retry', ids: [id] }]);
  await expectAnswer(client, [202, 'POST', `/runs/${failed.id}/replay`, {}]);
}

/** Locks the row of a run until the API gives up cancelling it: a real 503. */
async function cancelLockedRun({ client, db }: LoadDeps): Promise<void> {
  const { id } = await client.begin(ASKS.name);
  await waitUntil('the run waits for a person', 10_000, async () => {
    const { rows } = await db.query(`select 1 from runs where id = $1 and status = 'waiting'`, [
      id,
    ]);
    return rows.length === 1;
  });
  const cancel = `/runs/${id}/cancel`;
  const connection = await db.connect();
  try {
    await connection.query('begin');
    await connection.query('select 1 from runs where id = $1 for update', [id]);
    await expectAnswer(client, [503, 'POST', cancel]);
  } finally {
    await connection.query('rollback');
    connection.release();
  }
  await expectAnswer(client, [202, 'POST', cancel]);
}

/** A browser returns from the login service without having started a login. */
async function makeUpLogin({ client }: LoadDeps): Promise<void> {
  const path = '/../../auth/callback?state=none&code=none';
  const from = { 'x-forwarded-for': '2001:db8:1::1' };
  await expectAnswer(client, [400, 'GET', path, undefined, from]);
}

/** The simulator's faults hit all kinds of calls, so nothing else runs meanwhile. */
async function callFailingModels({ client, simulator }: LoadDeps): Promise<void> {
  await simulator.turn({ retryAfterMs: 100, faults: MODEL_FAULTS });
  const runs = Array.from({ length: 24 }, () => MODEL_CALLS.name).values();
  const work = async () => {
    for (const name of runs) await client.work(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const none = Object.fromEntries(Object.keys(MODEL_FAULTS).map((kind) => [kind, 0]));
  await simulator.turn({ faults: none });
}

async function expectAnswer(client: LoadClient, asked: ExpectedAnswer): Promise<void> {
  const [expected, ...request] = asked;
  const [method, path] = request;
  const { status } = await client.request(...request);
  if (status !== expected) throw new Error(`${method} ${path} answered ${status}, not ${expected}`);
}
