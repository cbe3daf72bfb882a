import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { BOARDS } from '@aio/catalog/boards';
import { parse } from 'yaml';

const folder = new URL('../grafana/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

interface DataSource {
  name: string;
  uid: string;
  type: string;
  url: string;
  jsonData: {
    timeInterval?: string;
    derivedFields?: { matcherType: string; matcherRegex: string; datasourceUid?: string }[];
    tracesToLogsV2?: { datasourceUid: string; query: string };
    exemplarTraceIdDestinations?: { name: string; url?: string; datasourceUid?: string }[];
  };
}

const { datasources } = parse(read('provisioning/datasources/datasources.yml')) as {
  datasources: DataSource[];
};
const prometheus = datasources.find(({ type }) => type === 'prometheus');

test('data sources: Prometheus, Jaeger, Loki and Alertmanager, by the names of their services', () => {
  assert.deepEqual(
    datasources.map(({ uid, url }) => [uid, url]),
    [
      ['aio-prometheus', 'http://prometheus:9090'],
      ['aio-jaeger', 'http://jaeger:16686'],
      ['aio-loki', 'http://loki:3100'],
      ['aio-alertmanager', 'http://alertmanager:9093'],
    ],
  );
});

test('an exemplar opens its trace by the label that the runtime sets', () => {
  const [page, within] = prometheus?.jsonData.exemplarTraceIdDestinations ?? [];
  assert.equal(page?.name, 'trace_id');
  // Grafana turns `$$` into `$`; a single one would be an environment variable.
  assert.equal(page?.url, '$JAEGER_UI_URL/trace/$${__value.raw}');
  assert.equal(within?.datasourceUid, datasources.find(({ type }) => type === 'jaeger')?.uid);
});

test('a line opens its trace, and a span the lines of its trace', () => {
  const [jaeger, loki] = ['jaeger', 'loki'].map((type) =>
    datasources.find((source) => source.type === type),
  );
  const [page, within] = loki?.jsonData.derivedFields ?? [];
  for (const field of [page, within])
    assert.deepEqual([field?.matcherType, field?.matcherRegex], ['label', 'trace_id']);
  assert.equal(within?.datasourceUid, jaeger?.uid);
  const { datasourceUid, query } = jaeger?.jsonData.tracesToLogsV2 ?? {};
  assert.equal(datasourceUid, loki?.uid);
  assert.equal(query, '{service_name=~"aio-.+"} | trace_id="$${__trace.traceId}"');
});

test('the interval in Grafana is the scrape interval', () => {
  const config = readFileSync(new URL('../prometheus/prometheus.yml', import.meta.url), 'utf8');
  const { global } = parse(config) as { global: { scrape_interval: string } };
  assert.equal(prometheus?.jsonData.timeInterval, global.scrape_interval);
});

test('Grafana reads the generated boards and does not change them', () => {
  const { providers } = parse(read('provisioning/dashboards/boards.yml')) as {
    providers: { allowUiUpdates: boolean; options: { path: string } }[];
  };
  assert.equal(providers.length, 1);
  assert.equal(providers[0]?.allowUiUpdates, false);
  assert.equal(providers[0]?.options.path, '/tmp/boards');
  const boards = readdirSync(new URL('../../../dashboards/generated/', import.meta.url));
  const home = /^default_home_dashboard_path = \/tmp\/boards\/(.+)$/m;
  const [, file = ''] = home.exec(read('grafana.ini')) ?? [];
  assert.equal(file, `${BOARDS.overview.uid}.json`);
  assert.ok(boards.includes(file));
});

test('anonymous users may only view', () => {
  const [, anonymous = ''] = /^\[auth\.anonymous\]$([\s\S]*?)^\[/m.exec(read('grafana.ini')) ?? [];
  assert.match(anonymous, /^enabled = true$/m);
  assert.match(anonymous, /^org_role = Viewer$/m);
});
