import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { BOARDS, panelId } from '@aio/catalog/boards';
import { FOREIGN_SERIES } from '@aio/catalog/metrics/foreign-series';
import { allSeriesNames, seriesNames } from '@aio/catalog/metrics/series';
import type { MetricDefinition } from '@aio/catalog/metrics/metric';
import { recordedNames } from '@aio/catalog/objectives/slo-series';
import { labelsOfSpend, SPEND_KEYS, SPEND_SERIES } from '@aio/catalog/objectives/spend-series';
import { parseQuery } from '@aio/boards/parse-query';
import { BOARD_FILES, type GeneratedPanel, panelsOf } from './generated-boards.ts';

/** Grafana's number for a variable that readers do not see. */
const HIDDEN = 2;
const RECORDED = new Set([...recordedNames(), ...Object.values(SPEND_SERIES)]);
/** Range of spend: a day. */
const SPAN_OF_SPEND = '1d';
const FOREIGN = new Set(Object.keys(FOREIGN_SERIES));
const SERIES = allSeriesNames();
/** Series of alerts, objectives, load tests, proxy and collector describe the whole system, without our job and instance. */
const WITHOUT_TARGET = new Set([
  ...RECORDED,
  'ALERTS',
  ...[...FOREIGN].filter((name) => /^(k6|haproxy|otelcol)_/.test(name)),
]);
const WITH_WORKFLOW = new Set([
  ...Object.values<MetricDefinition>(METRICS)
    .filter(({ labels }) => 'workflow' in labels)
    .flatMap(seriesNames),
  ...SPEND_KEYS.filter((key) => labelsOfSpend(key).includes('workflow')).map(
    (key) => SPEND_SERIES[key],
  ),
]);
/** Tiles of the overview's first row always describe the whole system, whatever the variables select. */
const OF_ALL_PROCESSES = /\bup\{job="(?:api|worker)"\}/g;
/** Labels with many values, as the catalogue declares them, and hosts and routes. */
const OPEN_LABELS = ['workflow', 'step', 'owner', 'host', 'route', 'model', 'gen_ai_request_model'];
const MOST_PANELS = 80;

test('every board has a file with its frozen uid', () => {
  const expected = Object.values(BOARDS).map(({ uid, title }) => [`${uid}.json`, uid, title]);
  const found = BOARD_FILES.map(({ file, board }) => [file, board.uid, board.title]);
  assert.deepEqual(found.toSorted(), expected.toSorted());
});

test('the boards have no more panels than a person can know, and no board asks a question twice', () => {
  const panels = BOARD_FILES.flatMap(({ board }) => panelsOf(board));
  assert.ok(panels.length <= MOST_PANELS, `${panels.length} panels`);
  for (const { file, board } of BOARD_FILES) {
    const asked = panelsOf(board).flatMap(({ targets = [] }) =>
      targets.map(({ expr, instant = false }) => `${expr} ${instant ? 'now' : 'over time'}`),
    );
    const again = asked.filter((query, index) => asked.indexOf(query) !== index);
    assert.deepEqual(again, [], file);
  }
});

for (const { file, board } of BOARD_FILES) {
  describe(file, () => {
    const panels = panelsOf(board);
    const queries = panels.flatMap(({ title, targets = [] }) =>
      targets.map((target) => ({ title, ...target })),
    );

    test('has the schema of current Grafana and a question as description', () => {
      assert.equal(board.schemaVersion, 42);
      assert.match(board.description, /\?$/);
    });

    test('queries the chosen data source and links to Jaeger and AIO', () => {
      const names = board.templating.list.map(({ name }) => name);
      assert.deepEqual([names[0], ...names.slice(-2)], ['datasource', 'jaeger', 'aio']);
      for (const { datasource, title } of panels) {
        assert.deepEqual(datasource, { type: 'prometheus', uid: '${datasource}' }, title);
      }
    });

    test('has a variable only if a panel uses it', () => {
      const choices = board.templating.list.filter(
        ({ type, hide }) => type === 'query' && hide !== HIDDEN,
      );
      const named = ['job', 'instance', 'workflow'].filter((name) =>
        queries.some(({ expr }) => expr.includes(`${name}=~"$${name}"`)),
      );
      const names = choices.map(({ name }) => name);
      assert.deepEqual(names, named);
      for (const { name, includeAll, multi } of choices) {
        assert.deepEqual([includeAll, multi], [true, true], name);
      }
    });

    test('filters every series with a workflow by the chosen workflows', () => {
      for (const { title, expr } of queries) {
        const selectors = parseQuery(expr).metrics.filter((name) => WITH_WORKFLOW.has(name));
        const chosen = expr.split('workflow=~"$workflow"').length - 1;
        assert.equal(chosen, selectors.length, `${title}: ${expr}`);
      }
    });

    test('marks deployments, changes, restarts, load tests and alerts', () => {
      const names = board.annotations.list.map(({ name }) => name);
      assert.deepEqual(names, ['Deployments', 'Changes', 'Restarts', 'Load tests', 'Alerts']);
      for (const { expr } of board.annotations.list) parseQuery(expr);
    });

    test('has a legend with the largest last value first, and of an open label ten at most', () => {
      for (const { type, title, options, targets = [] } of panels) {
        if (type !== 'timeseries') continue;
        const { displayMode, sortBy, sortDesc, calcs } = options?.legend ?? {};
        assert.deepEqual([displayMode, sortBy, sortDesc], ['table', 'Last', true], title);
        assert.equal(calcs?.[0], 'last', title);
        for (const { expr, legendFormat } of targets) {
          const isOpen = OPEN_LABELS.some((label) => legendFormat.includes(`{{${label}}}`));
          assert.equal(/ and topk\(10, max_over_time\(/.test(expr), isOpen, `${title}: ${expr}`);
        }
      }
    });

    for (const panel of panels) {
      test(`${panel.title}: has description, unit, limits and legends`, () => {
        assert.match(panel.description ?? '', /\w.*\.$/);
        const { unit, thresholds } = panel.fieldConfig?.defaults ?? {};
        assert.ok(unit, 'unit');
        const values = thresholds?.steps.map(({ value }) => value ?? -Infinity) ?? [];
        assert.ok(values.length > 0, 'limits');
        assert.deepEqual(
          values,
          values.toSorted((a, b) => a - b),
        );
        assert.equal(new Set(values).size, values.length, 'no limit twice');
        assert.ok(panel.targets && panel.targets.length > 0, 'queries');
        for (const { legendFormat } of panel.targets) assert.ok(legendFormat, 'legend');
      });
    }

    test('queries known series in valid PromQL', () => {
      for (const { title, expr } of queries) {
        const { metrics } = parseQuery(expr);
        const unknown = metrics.filter(
          (name) => !SERIES.has(name) && !RECORDED.has(name) && !FOREIGN.has(name),
        );
        assert.deepEqual(unknown, [], `${title}: ${expr}`);
      }
    });

    test('takes rates over $__rate_interval', () => {
      for (const { title, expr } of queries) {
        const ranges = parseQuery(expr).ranges.filter(
          (range) => range !== '$__range' && range !== SPAN_OF_SPEND,
        );
        assert.deepEqual(
          [...new Set(ranges)].join(),
          ranges.length ? '$__rate_interval' : '',
          title,
        );
      }
    });

    test('filters every series with job and instance by the chosen ones', () => {
      for (const { title, expr } of queries) {
        const chosable = expr.replaceAll(OF_ALL_PROCESSES, 'vector(0)');
        const selectors = parseQuery(chosable).metrics.filter((name) => !WITHOUT_TARGET.has(name));
        const chosen = expr.split('instance=~"$instance"').length - 1;
        assert.equal(chosen, selectors.length, `${title}: ${expr}`);
      }
    });

    test('shows the exemplars of latencies', () => {
      const latencies = panels.filter(
        ({ type, targets = [] }) =>
          ['timeseries', 'heatmap'].includes(type) && targets.some(hasExemplars),
      );
      for (const { title, targets = [] } of latencies) {
        const perLabel = targets.every(({ legendFormat }) => /^\{\{(?!le)/.test(legendFormat));
        if (!perLabel)
          assert.ok(
            targets.some(({ exemplar }) => exemplar),
            title,
          );
      }
    });

    test('derives unique panel numbers from the titles', () => {
      const titles = panels.map(({ title }) => title);
      assert.equal(new Set(titles).size, titles.length, 'titles');
      const ids = board.panels.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, 'ids');
      for (const { id, title } of panels) assert.equal(id, panelId(board.uid, title), title);
    });
  });
}

test('the panel of every alert exists', () => {
  const panels = BOARD_FILES.flatMap(({ board }) =>
    panelsOf(board).map(({ title }) => `${board.uid}: ${title}`),
  );
  const lost = Object.values(listAlerts())
    .flat()
    .map(({ name, panel }) => ({ name, panel: `${panel.dashboardUid}: ${panel.title}` }))
    .filter(({ panel }) => !panels.includes(panel));
  assert.deepEqual(lost, []);
});

/** Whether the query reads buckets with exemplars. */
function hasExemplars({ expr }: NonNullable<GeneratedPanel['targets']>[number]): boolean {
  return Object.values(METRICS).some(
    (metric) =>
      metric.type === 'histogram' && metric.exemplars && expr.includes(`${metric.name}_bucket`),
  );
}
