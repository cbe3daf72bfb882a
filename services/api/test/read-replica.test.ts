import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { migrate } from '@aio/platform/postgres/migrate';
import { createPool } from '@aio/platform/postgres/pool';
import { createReadReplica } from '@aio/platform/postgres/read-replica';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { findFreePort } from '@aio/tools/process/free-port';
import type { Part } from '@aio/tools/process/process';
import { startReplicated } from '@aio/tools/servers/replica';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';
import type { TestClient } from '../testing/test-client.ts';
import { ADMIN } from '../testing/test-issuer.ts';

/** Long enough for two requests on a busy machine. */
const STALENESS_MS = 10_000;
/** After a change, reads use the primary for this time and one second more. */
const PATIENCE_MS = 45_000;

async function startServers() {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-replica-'));
  chmodSync(dataDir, 0o755);
  const parts: Part[] = [];
  const servers = await startReplicated({
    dataDir,
    port: await findFreePort(),
    replicaPort: await findFreePort(),
    fsync: false,
    settings: { synchronous_commit: 'on' },
    onSpawn: (part) => void parts.push(part),
  });
  const open = (databaseUrl: string) =>
    createPool({ databaseUrl, max: 2, applicationName: 'test' });
  const [primary, replica] = [open(servers.primary.url), open(servers.replica.url)];
  await migrate(primary);
  return {
    ...servers,
    primaryPool: primary,
    /** Runs a statement on the replica. */
    askReplica: (text: string) => replica.query({ name: 'ask', text, prepare: false }),
    async stop() {
      await Promise.all([primary.close(), replica.close()]);
      await Promise.all(parts.map((part) => part.stop()));
      rmSync(dataDir, { recursive: true });
    },
  };
}

test('reads lists and figures from a replica', async (t) => {
  const servers = await startServers();
  try {
    await t.test((inner) => tryReplica(inner, servers));
  } finally {
    await servers.stop();
  }
});

async function tryReplica(
  t: TestContext,
  servers: Awaited<ReturnType<typeof startServers>>,
): Promise<void> {
  const options = {
    databaseUrl: () => servers.primary.url,
    env: {
      DATABASE_READ_URL: servers.replica.url,
      DATABASE_READ_STALENESS_MS: String(STALENESS_MS),
    },
  };
  const api = await startTestApi(t, options);
  const second = await startTestApi(t, {
    ...options,
    keycloakUrl: api.issuer.url,
    env: { ...options.env, AIO_PREFIX: api.prefix },
  });
  /** An admin who changes nothing. */
  const reader = await api.as(ADMIN);
  const notesOf = async ({ get }: Pick<TestApi, 'get'>): Promise<string[]> => {
    const { status, body } = await get('/ready');
    assert.equal(status, 200, 'an outage of the replica fails no request');
    return body.notes ?? [];
  };
  const haveNoNotes = async () =>
    [...(await notesOf(api)), ...(await notesOf(second))].length === 0;
  const isUsed = () => until(haveNoNotes, 'both use the replica');
  const until = (condition: () => Promise<boolean>, what: string) =>
    waitUntil(condition, { what, timeoutMs: PATIENCE_MS });
  const hasNote = (note: RegExp) =>
    until(async () => note.test(String(await notesOf(api))), String(note));
  await isUsed();

  await t.test('for callers without recent changes', async () => {
    for (const path of ['workflows', 'runs', 'approvals', 'events', 'overview'])
      // On a busy machine, the replica may be away for a moment.
      await until(async () => {
        const before = await countReads(api, 'replica');
        assert.equal((await reader.get(`/api/v1/${path}`)).status, 200, path);
        return (await countReads(api, 'replica')) > before;
      }, path);
    assert.equal(await countReads(api, 'own_changes'), 0);
  });

  await t.test('callers see their own changes through any API, others see them later', async () => {
    await servers.askReplica('select pg_wal_replay_pause()');
    // The function only asks for the pause.
    const isPaused = async () => {
      const asked = `select pg_get_wal_replay_pause_state() = 'paused' as done`;
      return (await servers.askReplica(asked)).rows[0]?.['done'] === true;
    };
    await until(isPaused, 'the replica replays nothing');
    await post(api, 'first');
    assert.ok(await lists(api, 'first'));
    const others = { headers: api.headers };
    const elsewhere = await second.call('GET', '/api/v1/workflows', others);
    assert.ok(named(elsewhere.body.items, 'first'), 'the second API knows the change');
    assert.ok(!(await lists(reader, 'first')), 'the replica does not have it');
    assert.ok((await countReads(api, 'own_changes')) > 0);
  });

  await t.test('not from a replica that is too far behind', async () => {
    await hasNote(/more than 10 s behind/);
    assert.ok(await lists(reader, 'first'));
    assert.ok((await readStaleness(api)) > STALENESS_MS / 1000);
    assert.ok((await countReads(api, 'behind')) > 0);
    await servers.askReplica('select pg_wal_replay_resume()');
    await isUsed();
    assert.ok(await lists(reader, 'first'));
  });

  await t.test('a query that waits too long for a connection does not stop others', async () => {
    const reads: string[] = [];
    const replica = createReadReplica({
      primary: servers.primaryPool,
      primaryUrl: servers.primary.url,
      replica: {
        databaseUrl: servers.replica.url,
        applicationName: 'busy',
        max: 1,
        connectTimeoutMs: 200,
      },
      boundMs: STALENESS_MS,
      onRead: (by) => void reads.push(by),
      onState: () => undefined,
    });
    const ask = (text: string) => replica.query({ name: 'ask', text, prepare: false });
    try {
      await waitUntil(() => replica.state() === 'usable', { what: 'it is usable' });
      const long = ask('select pg_sleep(5)');
      const { rows } = await ask('select pg_is_in_recovery() as "isReplica"');
      assert.deepEqual(rows, [{ isReplica: false }]);
      assert.equal(replica.state(), 'usable');
      await long;
      await ask('select 1');
      assert.deepEqual(reads, ['away', 'replica', 'replica']);
    } finally {
      await replica.close();
    }
  });

  await t.test('no request fails when the replica dies', async () => {
    let isOver = false;
    const statuses: number[] = [];
    const asking = (async () => {
      while (!isOver) statuses.push((await reader.get('/api/v1/workflows')).status);
    })();
    await servers.replica.kill();
    await hasNote(/does not answer/);
    isOver = true;
    await asking;
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.ok((await countReads(api, 'away')) > 0);
    await servers.startReplica();
    await isUsed();
  });

  await t.test('if the primary is down, lists answer 503 within the staleness bound', async () => {
    await servers.primary.kill();
    const answer = () => reader.get('/api/v1/workflows');
    await until(async () => (await answer()).status === 503, 'the bound is over');
    await servers.startPrimary();
    await until(async () => (await answer()).status === 200, 'it is back');
    await isUsed();
  });

  await t.test('does not use a promoted replica', async () => {
    await servers.askReplica('select pg_promote()');
    await hasNote(/is not a replica/);
    await post(api, 'second');
    assert.ok(await lists(reader, 'second'));
    assert.ok((await countReads(api, 'promoted')) > 0);
  });
}

async function post(client: TestClient, name: string): Promise<void> {
  const { status } = await client.post('/api/v1/workflows', { ...CHAIN, name });
  assert.equal(status, 201);
}

async function lists(client: TestClient, name: string): Promise<boolean> {
  const { status, body } = await client.get('/api/v1/workflows');
  assert.equal(status, 200);
  return named(body.items, name);
}

function named(items: { name: string }[], name: string): boolean {
  return items.some((item) => item.name === name);
}

async function countReads(api: TestApi, by: string): Promise<number> {
  return (await api.sample(`aio_database_reads_total{by="${by}"}`)) ?? Number.NaN;
}

async function readStaleness(api: TestApi): Promise<number> {
  return (await api.sample('aio_database_replica_staleness_seconds')) ?? Number.NaN;
}
