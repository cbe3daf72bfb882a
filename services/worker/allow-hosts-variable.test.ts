import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError } from '@aio/platform/environment';
import { readWorkerConfig } from './config.ts';
import { findRefusedRange } from './steps/http-addresses.ts';

const DATABASE_URL = 'postgresql://aio:of-its-own@db.example/aio';

function isAllowed(setting: string | undefined, host: string, port: number, address: string) {
  const { allowedHosts } = readWorkerConfig({ HTTP_STEP_ALLOW_HOSTS: setting });
  return findRefusedRange({ host, port }, [address], allowedHosts) === null;
}

test('in development the simulator is let through, and its neighbours are not', () => {
  assert.ok(isAllowed(undefined, 'localhost', 8090, '127.0.0.1'));
  assert.ok(isAllowed('', '127.0.0.1', 8090, '127.0.0.1'));
  assert.ok(!isAllowed(undefined, 'localhost', 5432, '127.0.0.1'));
});

test('what is set is let through and nothing beside it', () => {
  assert.ok(isAllowed(' a.internal , 10.0.0.0/8 ', 'a.internal', 80, '192.168.0.1'));
  assert.ok(isAllowed('a.internal,10.0.0.0/8', 'b.internal', 80, '10.0.0.1'));
  assert.ok(!isAllowed('a.internal,10.0.0.0/8', 'localhost', 8090, '127.0.0.1'));
  assert.ok(!isAllowed('none', 'localhost', 8090, '127.0.0.1'));
});

test('a list with one wrong entry is refused', () => {
  assert.throws(
    () => readWorkerConfig({ HTTP_STEP_ALLOW_HOSTS: 'a.internal,*' }),
    EnvironmentError,
  );
});

test('production wants it said', () => {
  const production = { NODE_ENV: 'production', DATABASE_URL };
  for (const setting of [undefined, '', 'localhost:8090,127.0.0.1:8090'])
    assert.throws(
      () => readWorkerConfig({ ...production, HTTP_STEP_ALLOW_HOSTS: setting }),
      /HTTP_STEP_ALLOW_HOSTS/,
    );
  readWorkerConfig({ ...production, HTTP_STEP_ALLOW_HOSTS: 'none' });
});
