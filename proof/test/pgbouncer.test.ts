import { limitStatementsOfRole } from '@aio/platform/postgres/pooler';
import { createPool } from '@aio/platform/postgres/pool';
import { createTestDatabase } from '@aio/platform/testing/database';
import { testRedis } from '@aio/platform/testing/redis';
import { findFreePort } from '@aio/tools/process/free-port';
import { type PgBouncer, startPgBouncer } from '@aio/tools/servers/pgbouncer';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { countDoubledRows, findLostRuns } from '../oracles/oracles.ts';
import { programFolder, PROJECT_ROOT } from '@aio/tools/system/own-servers';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';
import { waitUntil } from '@aio/tools/system/wait-until';
import { startTestSystem } from '@aio/tools/testing/test-system';

const PROGRAM = process.env.TEST_PGBOUNCER_PATH;
/** An API and two workers may open 36 connections. */
const SERVER_CONNECTIONS = 4;
const RUNS = 30;

const MIXED = `
name: mixed
input: { type: object, required: [simulator], properties: { simulator: { type: string } } }
steps:
  begin: { type: transform, with: { value: [1, 2, 3] } }
  each: { type: map, needs: [begin], over: "\${{ steps.begin.output }}", step: { type: transform, with: { value: "\${{ item + 1 }}" } } }
  call: { type: http, needs: [begin], with: { url: "\${{ input.simulator + '/work' }}" } }
  end: { type: transform, needs: [each, call], with: { value: done } }
`;

/** Starts PgBouncer in front of the test server. The test can kill it and start it again. */
async function startBouncer(t: TestContext, databaseUrl: string, prepared: boolean) {
  const dataDir = makeScratchFolder('pgbouncer');
  const options = {
    dataDir,
    programDir: programFolder(process.env.AIO_DATA_DIR),
    port: await findFreePort(),
    searchPath: process.env.PATH ?? '',
    databaseUrl,
    settings: {
      default_pool_size: String(SERVER_CONNECTIONS),
      ...(prepared && { max_prepared_statements: '200' }),
    },
  };
  let part: PgBouncer = await startPgBouncer(options);
  t.after(async () => {
    await part.stop();
    rmSync(dataDir, { recursive: true });
  });
  return {
    url: part.url,
    kill: () => part.kill(),
    async start() {
      part = await startPgBouncer(options);
    },
  };
}

const skip = PROGRAM ? false : 'no pgbouncer on this machine';
const POOLER = knowsStatements() ? 'transaction-prepared' : 'transaction';

test(`runs on few connections survive a restart: ${POOLER}`, { skip }, async (t) => {
  let bouncer: Awaited<ReturnType<typeof startBouncer>> | undefined;
  const system = await startTestSystem(t, {
    workers: 2,
    async env(databaseUrl) {
      bouncer = await startBouncer(t, databaseUrl, POOLER === 'transaction-prepared');
      const env = {
        DATABASE_URL: bouncer.url,
        DATABASE_DIRECT_URL: databaseUrl,
        DATABASE_POOLER: POOLER,
      };
      assert.deepEqual(run('platform/migrate-main.ts', env), { status: 0, stderr: '' });
      return env;
    },
  });
  const { api, db, simulator } = system;
  const input = { simulator: simulator.url };
  await api.createWorkflow(MIXED);
  const submit = async () => (await api.submitRun('mixed', input)).id;

  const before = await Promise.all(Array.from({ length: RUNS }, submit));
  const ended = await Promise.all(before.map((id) => api.waitForRun(id)));
  assert.deepEqual(new Set(ended.map(({ status }) => status)), new Set(['succeeded']));
  const { rows } = await db.query<{ open: number }>(
    `select count(*)::int as open from pg_stat_activity
       where datname = current_database() and application_name like 'aio-%'`,
  );
  assert.ok(rows[0]!.open > 0 && rows[0]!.open <= SERVER_CONNECTIONS, String(rows[0]!.open));

  const under = await Promise.all(Array.from({ length: RUNS }, submit));
  await bouncer!.kill();
  await bouncer!.start();
  under.push(await waitUntil('the API accepts runs again', 60_000, submit));
  await Promise.all(
    under.map((id) => waitUntil(`${id} has ended`, 60_000, () => api.waitForRun(id))),
  );
  assert.deepEqual(await findLostRuns(db, [...before, ...under]), []);
  assert.equal(await countDoubledRows(db), 0);
});

test('a worker refuses a pooler without a statement timeout', { skip }, async (t) => {
  const { url, pool, name } = await createTestDatabase(t);
  const { url: databaseUrl } = await startBouncer(t, url, false);
  const reset = `alter role current_user in database ${name} reset statement_timeout`;
  await pool.query({ name: 'reset', text: reset, prepare: false });
  const redis = await testRedis(t);
  const refused = run('worker/main.ts', {
    DATABASE_URL: databaseUrl,
    DATABASE_POOLER: 'transaction',
    REDIS_URL: redis.url,
    AIO_PREFIX: redis.prefix,
    METRICS_PORT: '0',
  });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^Behind this pooler, statements have no timeout\. Run "npm run/);

  await limitStatementsOfRole(pool);
  const next = await startBouncer(t, url, false);
  const through = createPool({
    databaseUrl: next.url,
    pooler: 'transaction',
    applicationName: 'test',
  });
  t.after(() => through.close());
  const text = `select current_setting('statement_timeout') as limit`;
  assert.deepEqual((await through.query({ name: 'limit', text })).rows, [{ limit: '10s' }]);
});

/** Runs a main of services to its end. */
function run(main: string, env: Record<string, string>): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(PROJECT_ROOT, 'services', main)], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stderr };
}

/** Whether PgBouncer passes named statements on, as versions from 1.21 do. */
function knowsStatements(): boolean {
  if (PROGRAM === undefined) return false;
  const { stdout } = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' });
  const [, major, minor] = /PgBouncer (\d+)\.(\d+)/.exec(stdout) ?? [];
  return Number(major) > 1 || Number(minor) >= 21;
}
