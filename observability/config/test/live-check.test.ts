import { temporaryFolder } from '@aio/catalog/testing/programs';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { metricSamples, parseExposition } from '../weaver/live-check/exposition.ts';
import { liveCheck } from '../weaver/live-check/live-check.ts';
import { readLiveRegistry } from '../weaver/live-check/live-registry.ts';
import { attributesOf, type Sample } from '../weaver/live-check/samples.ts';

const REGISTRY = `
file_format: definition/2
attributes:
  - { key: service.name, type: string }
  - { key: service.instance.id, type: string }
  - { key: shop.order, type: int }
  - { key: shop.tags, type: "string[]" }
  - { key: shop.table, type: string }
  - { key: shop.old, type: string, deprecated: { reason: renamed, renamed_to: shop.order } }
  - { key: state, type: { members: [{ id: open, value: open }, { id: paid, value: paid }] } }
entities:
  - { type: shop, identity: [{ ref: service.name }, { ref: service.instance.id }] }
spans:
  - type: shop.order
    kind: internal
    name: { note: "order {state}" }
    attributes: [{ ref: shop.order, requirement_level: required }, { ref: shop.tags }, { ref: shop.old }]
  - type: shop.query
    kind: client
    name: { note: "{query}" }
    attributes: [{ ref: shop.table, requirement_level: required }]
  - type: shop.request
    kind: server
    name: { note: "{method} {route}" }
    attributes: []
events:
  - name: shop.paid
    attributes: [{ ref: state, requirement_level: required }]
metrics:
  - name: shop_pay_seconds
    instrument: histogram
    unit: s
    attributes: [{ ref: state, requirement_level: required }]
  - { name: shop_orders_total, instrument: counter, unit: "1", attributes: [] }
`;
const UCUM = { seconds: 's', minutes: 'min' };

/** Findings without their advice. */
function findingsOf(t: TestContext, ...samples: Sample[]): string[] {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'registry.yaml'), REGISTRY);
  return liveCheck(readLiveRegistry(folder), samples).findings.map((line) => line.split('; ')[0]!);
}

const span = (name: string, kind: string, attributes: object, events: object[] = []): Sample => ({
  span: {
    name,
    kind,
    attributes: attributesOf({ ...attributes }),
    span_events: events.map((event) => ({ name: 'x', attributes: attributesOf({ ...event }) })),
    from: 'shop',
  },
});
const log = (event_name: string, attributes: object): Sample => ({
  log: {
    event_name,
    severity_number: 9,
    severity_text: 'info',
    attributes: attributesOf({ ...attributes }),
    from: 'shop',
  },
});
const scrape = (text: string): Sample[] =>
  metricSamples(parseExposition(text), 'shop', UCUM).map((metric) => ({ metric }));

test('telemetry that fits the registry has no findings, and is counted', (t) => {
  const samples = [
    {
      resource: {
        attributes: attributesOf({ 'service.name': 'a', 'service.instance.id': 'b' }),
        from: 'shop',
      },
    },
    span('order paid', 'internal', { 'shop.order': 1, 'shop.tags': ['a'] }),
    span('find-orders', 'client', { 'shop.table': 'orders' }),
    span('GET /orders', 'server', {}),
    span('GET', 'server', {}),
    log('shop.paid', { state: 'paid' }),
    ...scrape(
      '# TYPE shop_pay_seconds histogram\n# UNIT shop_pay_seconds seconds\n' +
        'shop_pay_seconds_bucket{state="paid",le="+Inf"} 2\nshop_pay_seconds_count{state="paid"} 2\n' +
        '# TYPE shop_orders counter\nshop_orders_total 7 # {trace_id="1"} 1 2\n',
    ),
  ];
  assert.deepEqual(findingsOf(t, ...samples), []);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'registry.yaml'), REGISTRY);
  const { checked } = liveCheck(readLiveRegistry(folder), samples);
  assert.deepEqual(checked, { spans: 4, logs: 1, metrics: 2, series: 2 });
});

test('spans: unknown, of a wrong kind, with missing, unknown, unlisted and mistyped attributes', (t) => {
  const of = (...samples: Sample[]) => findingsOf(t, ...samples);
  assert.deepEqual(of(span('paint', 'internal', {})), [
    'span "paint" of shop: no internal span of the registry has such a name',
  ]);
  assert.deepEqual(of(span('order paid', 'consumer', { 'shop.order': 1 })), [
    'span "order paid" of shop: its kind is consumer, that of shop.order is internal',
  ]);
  const wrong = { 'shop.tags': ['a', 1], 'shop.table': 'x', 'shop.color': 'red', 'shop.old': 'y' };
  assert.deepEqual(of(span('order paid', 'internal', wrong)), [
    'span "order paid" of shop: it lacks shop.order, which is required',
    'span "order paid" of shop: shop.tags is ["a",1], not of type string[]',
    'span "order paid" of shop: its definition does not list shop.table',
    'span "order paid" of shop: the registry does not define shop.color',
    'span "order paid" of shop: shop.old is deprecated',
  ]);
  assert.deepEqual(
    of(span('order paid', 'internal', { 'shop.order': 1 }, [{ 'shop.order': '1' }])),
    ['event x in span "order paid" of shop: shop.order is "1", not of type int'],
  );
});

test('log records: of no event, of an unknown one, and with an undeclared value', (t) => {
  assert.deepEqual(
    findingsOf(t, log('', {}), log('shop.lost', {}), log('shop.paid', { state: 'late' })),
    [
      'log record without an event name of shop: the registry has no such event',
      'log record shop.lost of shop: the registry has no such event',
      'log record shop.paid of shop: state is "late", not one of open, paid',
    ],
  );
});

test('metrics: unknown, of a wrong type or unit, and with wrong labels', (t) => {
  const text =
    '# TYPE shop_new gauge\nshop_new 1\n# TYPE shop_orders gauge\n# TYPE shop_pay_seconds gauge\n' +
    '# UNIT shop_pay_seconds minutes\nshop_pay_seconds{shop.order="1"} 1\n';
  assert.deepEqual(findingsOf(t, ...scrape(text.replace('shop.order', 'size'))), [
    'metric shop_new of shop: the registry has no such metric',
    'metric shop_orders of shop: the registry has no such metric',
    'metric shop_pay_seconds of shop: it is a gauge, in the registry a histogram',
    'metric shop_pay_seconds of shop: its unit is min, in the registry s',
    'metric shop_pay_seconds of shop: it lacks state, which is required',
    'metric shop_pay_seconds of shop: the registry does not define size',
  ]);
});

test('a resource needs the identity of its entity', (t) => {
  const resource = { attributes: attributesOf({ 'service.name': 'shop' }), from: 'shop' };
  assert.deepEqual(findingsOf(t, { resource }), ['resource of shop: it lacks service.instance.id']);
});

test('equal findings are one line with their number and what to do', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'registry.yaml'), REGISTRY);
  const lost = [log('shop.lost', {}), log('shop.lost', {})];
  assert.deepEqual(liveCheck(readLiveRegistry(folder), lost).findings, [
    'log record shop.lost of shop: the registry has no such event; define it in the registry, or do not export it (2 times)',
  ]);
});

test('an exposition has labels with escapes, exponents and exemplars', () => {
  const { series } = parseExposition(
    '# TYPE a histogram\na_bucket{b="x,\\"}y\\"",le="+Inf"} 1e+06 # {trace_id="1"} 2 3\na_sum 0.5\n# EOF\n',
  );
  assert.deepEqual(series, [
    { name: 'a_bucket', labels: { b: String.raw`x,\"}y\"`, le: '+Inf' }, value: 1e6 },
    { name: 'a_sum', labels: {}, value: 0.5 },
  ]);
});
