import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { WORKFLOW } from '@aio/catalog/metrics/labels';
import type { MetricDefinition } from '@aio/catalog/metrics/metric';
import { isBounded } from '@aio/metrics';
import type { Exemplar, Labels } from '@aio/query/prometheus';
import { type Queries, scopeQueries } from './scope-queries.ts';

const OWN = '01900000-0000-7000-8000-00000000000a';
const FOREIGN = '01900000-0000-7000-8000-00000000000b';
const READER = {
  owner: 'ada',
  workflows: ['triage'],
  ownRuns: async (ids: readonly string[]) => new Set(ids.filter((id) => id === OWN)),
};
const UP = [
  { job: 'worker', instance: 'box-2:9465' },
  { job: 'api', instance: 'box-1:9464' },
  { job: 'worker', instance: 'box-1:9465' },
];
const SPAN = { from: 0, to: 60 };

function answering(found: Labels[], exemplars: Exemplar[] = []) {
  const asked: string[] = [];
  const series = (all: Labels[]) => all.map((labels) => ({ labels, samples: [] }));
  const queries: Queries = {
    async query(promql) {
      asked.push(promql);
      return series(promql === 'up' ? UP : found);
    },
    async queryRange(promql) {
      asked.push(promql);
      return series(found);
    },
    async labelValues(selector, label) {
      asked.push(selector);
      return found.flatMap((labels) => labels[label] ?? []);
    },
    exemplars: async () => exemplars,
  };
  return { queries: scopeQueries(queries, READER), asked };
}

const labelsOf = (series: readonly { labels: Labels }[]) => series.map(({ labels }) => labels);

test('asks for series of the reader only', async () => {
  const { queries, asked } = answering([]);
  await queries.query('aio_runs_submitted_by_owner_total', 60);
  await queries.queryRange('aio_runs_submitted_total', { ...SPAN, stepSeconds: 1 });
  await queries.labelValues('aio_run_duration_seconds_count', 'workflow', SPAN);
  assert.deepEqual(asked, [
    'aio_runs_submitted_by_owner_total{owner=~"(ada)"}',
    'aio_runs_submitted_total{workflow=~"(triage)"}',
    'aio_run_duration_seconds_count{workflow=~"(triage)"}',
  ]);
});

test('names no other owner, workflow, host, and no label outside of the catalogue', async () => {
  const { queries } = answering([
    { alertname: 'A', workflow: 'triage', owner: 'ada' },
    { alertname: 'A', workflow: 'secret', owner: 'eve' },
    { job: 'worker', instance: 'box-2:9465', pod: 'aio-worker-7', node: 'box-2' },
    { job: 'worker', instance: 'gone:9465' },
  ]);
  assert.deepEqual(labelsOf(await queries.query('ALERTS', 60)), [
    { alertname: 'A', workflow: 'triage', owner: 'ada' },
    { alertname: 'A', workflow: 'another owner', owner: 'another owner' },
    { job: 'worker', instance: '2' },
    { job: 'worker', instance: '?' },
  ]);
  assert.deepEqual(await queries.labelValues('up', 'instance', SPAN), []);
});

test('every label that names people or work is restricted, or only part of a restricted series', () => {
  for (const { name, labels } of Object.values<MetricDefinition>(METRICS))
    for (const [label, spec] of Object.entries(labels)) {
      if (isBounded(spec)) continue;
      const { isPersonal = false, within } = spec;
      if (isPersonal) assert.equal(label, 'owner', name);
      if (spec === WORKFLOW) assert.equal(label, 'workflow', name);
      if (within !== undefined) assert.ok(within in labels && within === 'workflow', name);
    }
});

test('exemplars are of own runs', async () => {
  const exemplar = (labels: Labels): Exemplar => ({
    at: 1,
    value: 1,
    labels,
    seriesLabels: { job: 'worker', instance: 'box-1:9465', workflow: 'triage' },
  });
  const { queries } = answering(
    [],
    [
      exemplar({ run_id: OWN, trace_id: 'a', span_id: 'x' }),
      exemplar({ run_id: FOREIGN, trace_id: 'b' }),
      exemplar({ trace_id: 'c' }),
      exemplar({ run_id: 'no id', trace_id: 'd' }),
    ],
  );
  const found = await queries.exemplars('aio_run_duration_seconds_bucket', SPAN);
  assert.deepEqual(found, [
    {
      at: 1,
      value: 1,
      labels: { run_id: OWN, trace_id: 'a' },
      seriesLabels: { job: 'worker', instance: '1', workflow: 'triage' },
    },
  ]);
});
