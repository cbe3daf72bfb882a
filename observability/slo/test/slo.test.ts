import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { MetricDefinitions } from '@aio/metrics/metric';
import { defineSlos, type Slos } from '../index.ts';
import { readSlos } from '../read-slos.ts';

const promtool = process.env.TEST_PROMTOOL_PATH ?? '';
const withPromtool = { skip: promtool ? false : 'no promtool on this machine' };
const CLI = join(import.meta.dirname, '../cli.ts');

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

test(
  '`slo generate` writes what promtool accepts, from names of any service',
  withPromtool,
  (t) => {
    const folder = temporaryFolder(t);
    const file = join(folder, 'shop.yaml');
    writeFileSync(
      file,
      `annotations: { runbook_url: 'https://runbooks.example/{alert}' }
slos:
  checkout:
    title: Checkout
    description: Share of calls that succeed.
    objective: 0.99
    bad: calls_total{service="checkout",code=~"5..|DEADLINE_EXCEEDED"}
    total: calls_total{service="checkout"}
  frontend:
    title: Frontend
    description: Share of pages within 250 ms.
    objective: 0.95
    boundSeconds: 0.25
    good: 'duration_milliseconds_bucket{service="frontend",le="250.0"}'
    total: 'duration_milliseconds_count{service="frontend"}'
`,
    );
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'generate', file], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    run(0, 'check', 'rules', join(folder, 'shop.rules.yml'));
    run(0, 'test', 'rules', join(folder, 'shop.rules.test.yml'));
    const rules = readFileSync(join(folder, 'shop.rules.yml'), 'utf8');
    assert.match(rules, /runbook_url: https:\/\/runbooks.example\/CheckoutBurn/);
  },
);

test('every fault of a file is named', () => {
  const faulty = `colour: red
slos:
  Orders: { title: Orders, description: Orders., objective: 99, bad: 'rate(a[5m])', good: 'a{' }`;
  assert.throws(
    () => readSlos(faulty),
    (error: Error) => {
      assert.deepEqual(error.message.split('\n'), [
        'colour: there is no such field',
        'slos.Orders: the key has to be in camelCase',
        'slos.Orders.objective: has to be a share between 0 and 1, such as 0.99, not 99',
        'slos.Orders.bad: has to be a selector of a counter, not rate(a[5m])',
        'slos.Orders.good: is no valid PromQL at character 3: a{',
      ]);
      return true;
    },
  );
});

test('an objective that could never alert is refused', () => {
  const faultsOf = (events: string) => {
    try {
      readSlos(`slos: { a: { title: A, description: A., objective: 0.99, ${events} } }`);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const latency = (good: string, more = 'boundSeconds: 0.25') =>
    faultsOf(`good: '${good}', total: 'd_seconds_count', ${more}`);
  assert.equal(latency('d_seconds_bucket{le="0.25"}'), '');
  assert.equal(
    latency('d_seconds_bucket'),
    'slos.a.good: a _bucket needs le, the bound of good events',
  );
  assert.match(latency('d_seconds_bucket{le="0.5"}'), /boundSeconds: has to be 0.5,/);
  assert.match(latency('d_seconds_bucket{le="1"}', 'boundSeconds: 1'), /write|le=~"1\|1.0"/);
  assert.equal(latency('d_seconds_bucket{le=~"1|1.0"}', 'boundSeconds: 1'), '');
  assert.match(
    latency('d_seconds_bucket{le="0.25"}', 'boundSeconds: 0.25, k6: { metric: http_req_failed }'),
    /k6.metric: http_req_failed is a rate/,
  );
  const errors = (total: string) => faultsOf(`bad: 'c_total{code="500"}', total: '${total}'`);
  assert.equal(errors('c_total'), '');
  assert.match(errors('other_total'), /total: is not of the metric c_total/);
  assert.match(errors('c_total{code="200"}'), /total: has only code="200", without code="500"/);
  assert.match(
    faultsOf(`good: 'd_ms_count', total: 'd_ms_bucket{le="250.0"}', boundSeconds: 0.25`),
    /total: has to be the _count/,
  );
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
