import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createArchive } from './archive-command.ts';

const TABLES = ['runs_first', 'steps_first'];

function setUp(command: string | null) {
  const errors: unknown[] = [];
  const stopping = new AbortController();
  const archive = createArchive({
    command,
    databaseUrl: 'postgresql://db/aio',
    signal: stopping.signal,
    onError: (error) => void errors.push(error),
  });
  return { errors, stopping, archive };
}

test("the shell gets the names of the tables, the database's password, and no other secrets", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'aio-archive-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'environment');
  process.env.PGPASSWORD = 'own';
  t.after(() => delete process.env.PGPASSWORD);
  const { archive, errors } = setUp(`env > ${file}`);
  await archive('first', TABLES);
  const names = new Map(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s) as [string, string]),
  );
  assert.equal(names.get('AIO_TABLES'), 'runs_first steps_first');
  assert.equal(names.get('AIO_PARTITION'), 'first');
  assert.equal(names.get('DATABASE_URL'), 'postgresql://db/aio');
  assert.equal(names.get('PGPASSWORD'), 'own');
  const ofShells = ['PWD', 'OLDPWD', 'SHLVL', '_'];
  assert.deepEqual([...names.keys()].filter((name) => !ofShells.includes(name)).toSorted(), [
    'AIO_PARTITION',
    'AIO_TABLES',
    'DATABASE_URL',
    'PATH',
    'PGPASSWORD',
  ]);
  assert.deepEqual(errors, []);
});

test('a failed command is reported with its output, and a stop ends a running one', async () => {
  const failing = setUp('echo no room >&2; exit 3');
  await assert.rejects(failing.archive('first', TABLES), /failed \(3\): no room/);
  assert.match(String(failing.errors), /no room/);

  const long = setUp('exec sleep 600');
  const archiving = long.archive('first', TABLES);
  long.stopping.abort();
  await assert.rejects(archiving, { name: 'AbortError' });
});

test('without a command nothing happens', async () => {
  await setUp(null).archive('first', TABLES);
});
