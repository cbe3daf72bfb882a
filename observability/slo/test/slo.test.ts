import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { MetricDefinitions } from '@aio/metrics/metric';
import { defineSlos, type Slos } from '../index.ts';

const promtool = process.env.TEST_PROMTOOL_PATH ?? '';
const withPromtool = { skip: promtool ? false : 'no promtool on this machine' };

const METRICS = {
  requests: {
    type: 'histogram',
    name: 'shop_request_seconds',
    help: 'Duration of requests.',
    labels: { route: { upTo: 50 }, status: { upTo: 20 } },
    buckets: [0.05, 0.25, 1],
    exemplars: true,
  },
  mails: {
    type: 'counter',
    name: 'shop_mails_total',
    help: 'Mails, by outcome.',
    labels: { outcome: ['sent', 'bounced'] },
  },
} as const satisfies MetricDefinitions;

const shop = () =>
  defineSlos(METRICS, ({ countOf, select, withinBound }) => ({
    availability: {
      title: 'Availability',
      description: 'Share of requests without a server error.',
      objective: 0.999,
      whyNow: 'Customers cannot buy.',
      bad: countOf('requests', { status: { matches: '5..' } }),
      total: countOf('requests'),
      k6: { metric: 'http_req_failed', tags: { kind: 'page' } },
    },
    latency: {
      title: 'Latency',
      description: 'Share of requests within 250 ms.',
      objective: 0.95,
      whyNow: 'Customers wait.',
      boundSeconds: 0.25,
      good: withinBound('requests', 0.25, { route: { not: '/health' } }),
      total: countOf('requests', { route: { not: '/health' } }),
      k6: { metric: 'http_req_duration', tags: { kind: 'page' } },
    },
    mails: {
      title: 'Mails',
      description: 'Share of mails that do not bounce.',
      objective: 0.9,
      good: select('mails', { outcome: 'sent' }),
      total: select('mails'),
    },
  }));

test('rules and tests of objectives satisfy promtool', withPromtool, (t) => {
  const folder = write(t, shop());
  run(0, 'check', 'rules', join(folder, 'slos.yml'));
  run(0, 'test', 'rules', join(folder, 'slos.test.yml'));
});

test('the tests fail with a wrong threshold', withPromtool, (t) => {
  const folder = write(t, shop());
  const file = join(folder, 'slos.yml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll('> 0.0144', '> 0.9'));
  assert.notEqual(readFileSync(file, 'utf8'), text);
  assert.match(run(1, 'test', 'rules', join(folder, 'slos.test.yml')), /AvailabilityBurn/);
});

test('a misspelt metric, label or bucket neither compiles nor runs', () => {
  assert.throws(
    // @ts-expect-error there is no metric `request`
    () => defineSlos(METRICS, ({ countOf }) => void countOf('request')),
    /slo\.test\.ts:\d+: there is no metric request/,
  );
  assert.throws(
    // @ts-expect-error mails are never `lost`
    () => defineSlos(METRICS, ({ select }) => void select('mails', { outcome: 'lost' })),
    /outcome is never lost, only sent bounced/,
  );
  assert.throws(
    // @ts-expect-error the histogram has no such bucket
    () => defineSlos(METRICS, ({ withinBound }) => void withinBound('requests', 0.5)),
    /no bucket 0.5, only 0.05 0.25 1/,
  );
});

test('a load test without the tag fails', () => {
  assert.deepEqual(shop().k6Thresholds(), {
    'http_req_failed{kind:page}': ['rate<0.001'],
    'http_req_duration{kind:page}': ['p(95)<250'],
    'http_reqs{kind:page}': ['count>0'],
  });
});

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'slo-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function write(t: TestContext, slos: Pick<Slos<never>, 'ruleFile' | 'ruleTests'>): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'slos.yml'), slos.ruleFile());
  writeFileSync(join(folder, 'slos.test.yml'), slos.ruleTests('slos.yml'));
  return folder;
}

/** @returns what promtool printed */
function run(expected: number, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8' });
  assert.equal(status, expected, stdout + stderr);
  return stdout + stderr;
}
