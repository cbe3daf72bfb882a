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

test('development permits this machine on any port, and no other private host', () => {
  for (const setting of [undefined, '']) {
    assert.ok(isAllowed(setting, 'localhost', 8090, '127.0.0.1'));
    assert.ok(isAllowed(setting, '127.0.0.1', 3001, '127.0.0.1'));
    assert.ok(isAllowed(setting, '127.9.9.9', 80, '127.9.9.9'));
    assert.ok(isAllowed(setting, '::1', 80, '::1'));
    assert.ok(isAllowed(setting, 'leads-here.example', 80, '127.0.0.1'));
    for (const address of ['10.0.0.1', '192.168.1.1', '172.17.0.1', '169.254.169.254', '0.0.0.0'])
      assert.ok(!isAllowed(setting, address, 80, address), address);
    for (const address of ['fd00::1', 'fe80::1', '::'])
      assert.ok(!isAllowed(setting, address, 80, address), address);
  }
});

test('the setting permits what it lists, and nothing else', () => {
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

test('production requires the setting', () => {
  const AIO_SECRETS_KEY = Buffer.alloc(32, 'of-its-own').toString('base64');
  const REDIS_URL = 'redis://:of-its-own@redis.example';
  const OUTPUT_STORE = 'none';
  const stores = { DATABASE_URL, REDIS_URL, OUTPUT_STORE };
  const production = { NODE_ENV: 'production', ...stores, AIO_SECRETS_KEY };
  for (const setting of [undefined, '', 'localhost,127.0.0.0/8,::1'])
    assert.throws(
      () => readWorkerConfig({ ...production, HTTP_STEP_ALLOW_HOSTS: setting }),
      /HTTP_STEP_ALLOW_HOSTS/,
    );
  readWorkerConfig({ ...production, HTTP_STEP_ALLOW_HOSTS: 'none' });
});
