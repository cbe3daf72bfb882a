import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { registerSecretKey } from '@aio/platform/queries/secret-keys';
import { generateKey } from '@aio/platform/secrets/keys';
import { createTestDatabase } from '@aio/platform/testing/database';
import { testRedis } from '@aio/platform/testing/redis';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

test('a worker without the key of the database reports it and does not start', async (t) => {
  const database = await createTestDatabase(t);
  const redis = await testRedis(t);
  await registerSecretKey(database.pool, 'f00d');
  const { code, stderr } = await start({
    PATH: process.env.PATH,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    AIO_PREFIX: redis.prefix,
    METRICS_PORT: '0',
    AIO_SECRETS_KEY: generateKey(),
  });
  assert.equal(code, 78);
  assert.match(stderr, /^AIO_SECRETS_KEY: the database has secrets of key f00d \(secrets: 0\)/);
  assert.equal(stderr.trim().split('\n').length, 1);
});

function start(env: NodeJS.ProcessEnv): Promise<{ code: unknown; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN], { env }, (error, _, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
}
