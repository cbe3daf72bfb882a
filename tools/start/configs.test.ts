import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { StackError } from '../stack-error.ts';
import { requireConfigs } from './configs.ts';

const root = resolve(import.meta.dirname, '../..');
const { PATH } = process.env;

test('asks every service, and reports all faults at once, each once', async () => {
  const env = {
    PATH,
    REDIS_URL: 'cache.example:6379',
    WORKER_KINDS: 'many',
    LOG_LEVEL: 'loud',
    RATE_LIMITS: 'user',
    SIMULATOR_DIALS: '{"speed":1}',
  };
  await assert.rejects(requireConfigs({ root, env }), (error) => {
    assert.ok(error instanceof StackError);
    assert.equal(error.exitCode, 78);
    const lines = [error.message, ...error.details];
    const variables = lines.map((line) => line.replace(/[=:].*/, '')).toSorted();
    assert.deepEqual(variables, Object.keys(env).slice(1).toSorted());
    return true;
  });
});

test('ignores ports, because each service gets its own', async () => {
  await requireConfigs({ root, env: { PATH, PORT: 'any', METRICS_PORT: 'any' } });
});

test('says that a wrong value is from the file', async () => {
  const env = { PATH, LOG_LEVEL: 'loud' };
  await assert.rejects(
    requireConfigs({ root, env }, (name) => ` (in the file of ${name})`),
    {
      message: /^LOG_LEVEL.* \(in the file of LOG_LEVEL\)$/,
    },
  );
});
