import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnvironmentError, readEnvironment } from '@aio/platform/settings/environment';
import { readWorkerConfig } from './config.ts';
import { findRefusedRange } from '../steps/http-addresses.ts';
import { lanes, modelRates, retention } from './variables.ts';

const variables = {
  kept: retention('RETENTION_RUNS'),
  lanes: lanes('WORKER_KINDS', new Map(Object.entries({ http: 64, llm: 16 }))),
  rates: modelRates('LLM_RATE_LIMITS'),
};

const read = (env: Record<string, string>) => readEnvironment(variables, env);
const lanesOf = (WORKER_KINDS?: string) =>
  Object.fromEntries(read(WORKER_KINDS === undefined ? {} : { WORKER_KINDS }).lanes);

test('WORKER_KINDS names lanes and their slots', () => {
  assert.deepEqual(lanesOf(), { http: 64, llm: 16 });
  assert.deepEqual(lanesOf('llm:8'), { llm: 8 });
  assert.deepEqual(lanesOf('http, llm:2'), { http: 64, llm: 2 });
  assert.deepEqual(lanesOf('none'), {});
  for (const wrong of ['transform', 'http:0', 'http:1,http:2', 'http;llm', 'many'])
    assert.throws(() => read({ WORKER_KINDS: wrong }), /WORKER_KINDS: expected lanes/);
});

test('LLM_RATE_LIMITS names models and their calls per time', () => {
  const { rates } = read({ LLM_RATE_LIMITS: 'openai/gpt-6-luna=60/1m, a/b=1/500ms' });
  assert.deepEqual(Object.fromEntries(rates), {
    'openai/gpt-6-luna': { calls: 60, periodMs: 60_000 },
    'a/b': { calls: 1, periodMs: 500 },
  });
  for (const wrong of ['gpt=60/1m', 'a/b=0/1m', 'a/b=60', 'a/b=1/1m,a/b=2/1m', 'a/b=1/soon'])
    assert.throws(() => read({ LLM_RATE_LIMITS: wrong }), /LLM_RATE_LIMITS: expected models/);
});

test('LANE_OWNER_SHARE is above 0 and at most 1', () => {
  const shareOf = (given: object) => readWorkerConfig({ ...given }).laneOwnerShare;
  assert.deepEqual([shareOf({}), shareOf({ LANE_OWNER_SHARE: '1' })], [0.75, 1]);
  for (const wrong of ['0', '1.1', '-1', 'half'])
    assert.throws(() => shareOf({ LANE_OWNER_SHARE: wrong }), /LANE_OWNER_SHARE: expected/);
});

const keptFor = (given?: string) => read(given === undefined ? {} : { RETENTION_RUNS: given }).kept;

test('RETENTION_RUNS is a number of days; without it runs are kept forever', () => {
  assert.equal(keptFor('90d'), 90 * 24 * 3600 * 1000);
  for (const given of [undefined, '', 'all']) assert.equal(keptFor(given), null);
  for (const given of ['0d', '90', '12h', '1.5d', '-1d', '40000d', 'never'])
    assert.throws(() => keptFor(given), /RETENTION_RUNS.*days .*like 90d/, given);
});

const DATABASE_URL = 'postgresql://aio:of-its-own@db.example/aio';

function isAllowed(setting: string | undefined, host: string, port: number, address: string) {
  const { allowedHosts } = readWorkerConfig({ HTTP_STEP_ALLOW_HOSTS: setting });
  return findRefusedRange({ host, port }, [address], allowedHosts) === null;
}

test('HTTP_STEP_ALLOW_HOSTS of development permits this machine on any port, and no other private host', () => {
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
  const stores = { DATABASE_URL, REDIS_URL };
  const production = { NODE_ENV: 'production', ...stores, AIO_SECRETS_KEY };
  for (const setting of [undefined, '', 'localhost,127.0.0.0/8,::1'])
    assert.throws(
      () => readWorkerConfig({ ...production, HTTP_STEP_ALLOW_HOSTS: setting }),
      /HTTP_STEP_ALLOW_HOSTS/,
    );
  readWorkerConfig({ ...production, HTTP_STEP_ALLOW_HOSTS: 'none' });
});
