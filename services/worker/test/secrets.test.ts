import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { cancelRun } from '@aio/platform/queries/runs/cancel-run';
import { deleteSecret, putSecret } from '@aio/platform/queries/secrets';
import { readEnvironment } from '@aio/platform/settings/environment';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { generateKey, secretsVariables } from '@aio/platform/secrets/keys';
import { seal } from '@aio/platform/secrets/seal';
import { readAllRows } from '@aio/platform/testing/all-rows';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { StepError } from '@aio/core/run/step-outcome';
import { failQuery, holdQuery } from './failing-queries.ts';
import type { RunRow } from './engine-rows.ts';
import type { EngineBench, Http } from './start-engine.ts';
import { createEngineBench } from './start-engine.ts';

const TOKEN = 'canary-token';
const PASSWORD = 'canary-"password"';
const [KEY] = readEnvironment(secretsVariables, {}).secretsKeys;

const ONE = `
  a:
    type: http
    retry: { maxAttempts: 2, delay: 1ms }
    with:
      url: http://x/
      headers:
        authorization: Bearer \${{ secrets.token }}
        login: "\${{ 'Basic ' + base64('me:' + secrets.password) }}"
      body: { piece: "\${{ secrets.token.substring(0, 8) }}" }
output: "\${{ steps.a.output }}"
`;

interface With {
  headers: Record<string, string>;
  body: Record<string, string>;
}

const WITH = {
  url: 'http://x/',
  headers: {
    authorization: `Bearer ${TOKEN}`,
    login: `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`,
  },
  body: { piece: 'canary-t' },
};

/** The steps are executed by the worker that holds the run, or by another one. */
const WAYS = ['the same worker', 'another worker'] as const;
type Way = (typeof WAYS)[number];

async function start(t: TestContext, http: Http, secrets = { token: TOKEN, password: PASSWORD }) {
  const bench = await createEngineBench(t, http);
  for (const [name, value] of Object.entries(secrets)) await put(bench, name, value);
  return bench;
}

function put({ db }: EngineBench, name: string, value: string) {
  return putSecret(db, { by: 'a', ...seal(KEY, name, value) });
}

async function run(bench: EngineBench, way: Way, id: string, db?: Queryable): Promise<RunRow> {
  const options = db ? { db } : {};
  const holder = bench.start(way === 'the same worker' ? options : { slots: 0 });
  if (way === 'another worker') bench.start({ ...options, maxRuns: 0 });
  return await bench.finish(holder, id);
}

const rowsOf = ({ db }: EngineBench) =>
  readAllRows((text) => db.query({ name: 'all-rows', text, prepare: false }));

async function assertNothingStored(bench: EngineBench): Promise<void> {
  const rows = await rowsOf(bench);
  assert.ok(rows.includes('[redacted]'), 'there was something to hide');
  assert.doesNotMatch(rows, /canary/);
  for (const secret of [TOKEN, PASSWORD])
    assert.ok(!rows.includes(Buffer.from(secret).toString('base64').slice(3, -3)));
}

for (const way of WAYS) {
  describe(`secrets of a step that ${way} executes`, () => {
    it('reach the call, and appear in none of its results', async (t) => {
      const given: unknown[] = [];
      const bench = await start(t, ({ with: step, log, usesSecrets }) => {
        const { headers, body } = step as unknown as With;
        given.push(step, usesSecrets);
        log.info(`sent ${headers['authorization']}`, { headers, [TOKEN]: 1 });
        return { echo: { headers, body }, text: JSON.stringify(headers), [PASSWORD]: TOKEN };
      });
      const { output, status } = await run(bench, way, await bench.submit(ONE));
      assert.equal(status, 'succeeded');
      assert.deepEqual(given, [WITH, true]);
      assert.deepEqual((output as { echo: unknown }).echo, {
        headers: { authorization: 'Bearer [redacted]', login: '[redacted]' },
        body: { piece: '[redacted]' },
      });
      await assertNothingStored(bench);
    });

    it('are read again for each attempt', async (t) => {
      const seen: string[] = [];
      const bench: EngineBench = await start(t, async ({ with: step, attempt }) => {
        seen.push((step as unknown as With).headers['authorization']!);
        if (attempt === 2) return null;
        await put(bench, 'token', 'canary-newer');
        throw new StepError('http_status', 'again', { retryable: true });
      });
      await run(bench, way, await bench.submit(ONE));
      assert.deepEqual(seen, [`Bearer ${TOKEN}`, 'Bearer canary-newer']);
    });

    it('are read after an outage of the database', async (t) => {
      const bench = await start(t, () => null);
      const db = failQuery(bench.db, 'load-secrets', 2);
      const { status } = await run(bench, way, await bench.submit(ONE), db);
      assert.deepEqual([status, db.left()], ['succeeded', 0]);
    });

    it('are not used if the run is cancelled while they are read', async (t) => {
      let calls = 0;
      const bench = await start(t, () => calls++);
      let looks = 0;
      const looked: Queryable = {
        async query(query) {
          const answer = await bench.db.query(query);
          if (query.name === 'load-held-attempts') looks++;
          return answer;
        },
      };
      const db = holdQuery(looked, 'load-secrets');
      const id = await bench.submit(ONE);
      const ended = run(bench, way, id, db);
      await waitUntil(() => db.reached(), { what: 'the secrets to be asked for' });
      await cancelRun(bench.db, id, { onlyOwner: null });
      await bench.tellChanged(id);
      await waitUntil(() => looks > 0, { what: 'the worker to see that' });
      db.go();
      assert.equal((await ended).status, 'cancelled');
      assert.equal(calls, 0);
    });
  });
}

describe('secrets of a step', () => {
  it('do not appear in errors or earlier attempts', async (t) => {
    const bench = await start(t, ({ with: step, attempt }) => {
      const details = { body: JSON.stringify(step).slice(0, 500), step };
      if (attempt === 1)
        throw new StepError('http_status', `No: ${TOKEN}`, { retryable: true, details });
      throw new TypeError(`oh ${PASSWORD}`);
    });
    const id = await bench.submit(ONE);
    const { error } = await run(bench, 'another worker', id);
    assert.deepEqual(error, { code: 'internal', message: 'oh [redacted]', step: 'a' });
    const attempts = await bench.select('select error from step_attempts where run_id = $1', id);
    assert.equal(attempts[0].error.message, 'No: [redacted]');
    assert.equal(attempts[0].error.step.body.piece, '[redacted]');
    await assertNothingStored(bench);
  });

  it('fail the step by name if they do not exist', async (t) => {
    let calls = 0;
    const bench = await start(t, () => calls++, { token: TOKEN, password: PASSWORD });
    await deleteSecret(bench.db, { name: 'password' });
    const id = await bench.submit(ONE);
    const { error } = await run(bench, 'another worker', id);
    const message = 'Secret password does not exist. Create it, then retry the run.';
    assert.deepEqual(error, { code: 'unknown_secret', message, secret: 'password', step: 'a' });
    const [step] = await bench.readSteps(id);
    assert.deepEqual([step?.status, step?.attempt, calls], ['failed', 1, 0]);
  });

  it('fail the step by name if their row was changed', async (t) => {
    let calls = 0;
    const bench = await start(t, () => calls++);
    await bench.select(
      `update secrets set sealed = set_byte(sealed, 14, get_byte(sealed, 14) # 1) where name = 'token'`,
    );
    const { error } = await run(bench, 'another worker', await bench.submit(ONE));
    assert.equal(error?.code, 'secret_unreadable');
    assert.match(error.message, /^The secret token was changed in the database/);
    assert.equal(calls, 0);
  });

  it('do not appear in the error of an invalid `with`', async (t) => {
    const bench = await start(t, () => null);
    const headers = '"${{ {secrets.token: [secrets.token]} }}"';
    const yaml = ONE.replace(/headers:[^]*?body:/, `headers: ${headers}\n      body:`);
    const { error } = await run(bench, 'another worker', await bench.submit(yaml));
    assert.equal(error?.code, 'invalid_with');
    assert.match(error.message, /\/headers\/\[redacted\] must be string, but is array/);
    await assertNothingStored(bench);
  });

  it('reach each item of a map', async (t) => {
    const seen = new Set<string>();
    const bench = await start(t, ({ with: step, iteration }) => {
      const { headers } = step as unknown as With;
      seen.add(`${iteration} ${headers['authorization']}`);
      if (iteration === 1) throw new StepError('no', `not ${TOKEN}`, { retryable: false });
      return headers;
    });
    const id = await bench.submit(`
  each:
    type: map
    over: [0, 1, 2]
    step:
      type: http
      onFailure: continue
      with: { url: http://x/, headers: { authorization: "\${{ secrets.token }}\${{ item }}" } }
output: "\${{ steps.each.output }}"
`);
    const { output } = await run(bench, 'another worker', id);
    assert.deepEqual(
      [...seen].toSorted(),
      [0, 1, 2].map((item) => `${item} ${TOKEN}${item}`),
    );
    assert.deepEqual(output, [
      { authorization: '[redacted]0' },
      null,
      { authorization: '[redacted]2' },
    ]);
    await assertNothingStored(bench);
  });
});

describe('a worker that stops while it reads secrets', () => {
  it('releases the run at once, and another worker continues', async (t) => {
    const bench = await start(t, () => 'done');
    const db = holdQuery(bench.db, 'load-secrets');
    const id = await bench.submit(ONE);
    const first = bench.start({ db });
    void first.work(id);
    await waitUntil(() => db.reached(), { what: 'the secrets to be asked for' });
    await first.stop(10_000);
    db.go();
    assert.equal((await bench.finish(bench.start(), id)).output, 'done');
    assert.equal((await bench.readSteps(id))[0]?.attempt, 1);
  });
});

describe('a worker with another key', () => {
  it('fails the step, and names the key that it lacks', async (t) => {
    const bench = await start(t, () => null);
    const keys = readEnvironment(secretsVariables, { AIO_SECRETS_KEY: generateKey() }).secretsKeys;
    const { error } = await bench.finish(bench.start({ keys }), await bench.submit(ONE));
    assert.equal(error?.code, 'secret_unreadable');
    assert.match(error.message, new RegExp(`under key ${KEY.id}`));
  });
});

describe('a fan-out', () => {
  it('shares queries for its secrets', async (t) => {
    const bench = await start(t, () => null);
    let queries = 0;
    const db: Queryable = {
      query(query) {
        if (query.name === 'load-secrets') queries++;
        return bench.db.query(query);
      },
    };
    const id = await bench.submit(`
  each:
    type: map
    over: [${Array.from({ length: 100 }, (_, n) => n).join(', ')}]
    concurrency: 100
    step:
      type: http
      with: { url: http://x/, headers: { a: "\${{ secrets.token }}", b: "\${{ secrets.password }}" } }
`);
    const { status } = await bench.finish(bench.start({ db, slots: 100, leaseMs: 60_000 }), id);
    assert.equal(status, 'succeeded');
    assert.ok(queries > 0 && queries <= 20, `${queries} queries for 100 attempts`);
  });
});
