import { ago, changes, count, delta, max, unless, where } from '@aio/slo/promql';
import { select, selectForeign, selectProcess } from '@aio/catalog/metrics/select';
import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotation } from '@aio/boards/annotation';
import { PALETTE } from '@aio/slo/panels';
import type { PanelQuery } from '@aio/boards/panel';
import { TARGET } from './variables.ts';

/**
 * Events that may explain a change of the curves. Readers can switch each off at the top of the board.
 * @param queries of all panels of the board. If they do not use the variable `job`, the events of all processes show
 */
export function buildAnnotations(queries: readonly PanelQuery[]): AnnotationQuery[] {
  const canChoose = queries.some(({ promql }) => promql.includes('$job'));
  const job = canChoose ? { job: TARGET.job } : {};
  const builds = select('buildInfo', job);
  const BUILD = ['version', 'revision'] as const;
  return [
    annotation({
      name: 'Deployments',
      title: 'Version {{version}}, revision {{revision}}',
      color: PALETTE.blue,
      // A build is new for a minute: a minute ago, no process ran it.
      query: unless(count(builds, BUILD), count(ago(builds, '1m'), BUILD)),
    }),
    annotation({
      name: 'Changes',
      title: 'Change: {{change}}',
      color: PALETTE.sky,
      query: where(max(delta(select('lastChange'), '1m'), ['change']), '>', 0),
    }),
    annotation({
      name: 'Restarts',
      title: '{{job}} {{instance}} restarted',
      color: PALETTE.grey,
      query: where(
        changes(selectProcess('process_start_time_seconds', canChoose ? TARGET : {}), '1m'),
        '>',
        0,
      ),
    }),
    annotation({
      name: 'Load tests',
      title: 'Load test {{testid}}',
      color: PALETTE.pink,
      query: where(max(selectForeign('k6_vus_max'), ['testid']), '>', 0),
    }),
    annotation({
      name: 'Alerts',
      title: '{{alertname}} ({{severity}})',
      color: PALETTE.vermilion,
      query: selectForeign('ALERTS', { alertstate: 'firing', alertname: { not: 'Watchdog' } }),
    }),
  ];
}
