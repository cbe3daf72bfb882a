import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError } from '@aio/platform/settings/environment';
import { readApiConfig } from '../config.ts';
import { DEVELOPMENT_QUOTAS, PRODUCTION_QUOTAS } from './quota.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://aio:of-its-own@db.example/aio',
  REDIS_URL: 'redis://:of-its-own@redis.example',
  AIO_PUBLIC_URL: 'https://aio.example',
  AIO_SECRETS_KEY: Buffer.alloc(32, 'of-its-own').toString('base64'),
  AIO_OIDC_CLIENT_SECRET: 'of-its-own',
  KEYCLOAK_URL: 'https://login.example',
};

test('RATE_LIMITS overrides quotas of the environment', () => {
  assert.deepEqual(readApiConfig({}).quotas, DEVELOPMENT_QUOTAS);
  assert.deepEqual(readApiConfig(PRODUCTION).quotas, PRODUCTION_QUOTAS);
  const RATE_LIMITS = ' user=10/s , machine=500/2m,address=1/1h,login=off';
  assert.deepEqual(readApiConfig({ RATE_LIMITS }).quotas, {
    anonymous: DEVELOPMENT_QUOTAS.anonymous,
    user: { requests: 10, windowMs: 1_000 },
    machine: { requests: 500, windowMs: 120_000 },
    address: { requests: 1, windowMs: 3_600_000 },
    login: null,
  });
  assert.deepEqual(readApiConfig({ ...PRODUCTION, RATE_LIMITS: 'user=1/1m' }).quotas, {
    ...PRODUCTION_QUOTAS,
    user: { requests: 1, windowMs: 60_000 },
  });
});

test('reports invalid quotas', () => {
  for (const RATE_LIMITS of ['user', 'user=0/1m', 'user=5', 'users=5/1m', 'user=5/0s', 'user=5/1d'])
    assert.throws(() => readApiConfig({ RATE_LIMITS }), EnvironmentError, RATE_LIMITS);
});

test('proxies are addresses and ranges', () => {
  const trusts = (setting: string | undefined, address: string) =>
    readApiConfig({ AIO_TRUSTED_PROXIES: setting }).trustedProxies.check(
      address,
      address.includes(':') ? 'ipv6' : 'ipv4',
    );
  assert.ok(trusts(undefined, '127.0.0.1') && trusts(undefined, '::1'));
  assert.ok(!trusts(undefined, '10.0.0.1') && !trusts('none', '127.0.0.1'));
  assert.ok(trusts('10.0.0.1, fd00::/8', '10.0.0.1') && trusts('10.0.0.1, fd00::/8', 'fd12::1'));
  assert.ok(!trusts('10.0.0.1', '10.0.0.2'));
  for (const wrong of ['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8,', '::1/129'])
    assert.throws(() => trusts(wrong, '127.0.0.1'), /AIO_TRUSTED_PROXIES/, wrong);
});
