import { listTimes } from './list-times.ts';
import { type AlertTime, readAlertTimes } from '@aio/catalog/alert-times';
import { runbookFile } from '@aio/catalog/alert';
import { listAlerts } from '@aio/catalog/alerts';
import { markdownTable } from '@aio/catalog/markdown-table';

/** The list of all alerts, with links to their pages: Markdown, ends in a newline. */
export function listRunbooks(times: readonly AlertTime[] = readAlertTimes()): string {
  const byName = Map.groupBy(Object.values(listAlerts()).flat(), ({ name }) => name);
  const rows = [...byName].map(([name, alerts]) => [
    `[${name}](${runbookFile({ name })})`,
    [...new Set(alerts.map(({ severity }) => severity))].join(', '),
    [...new Set(alerts.map(({ panel }) => `${panel.dashboardUid}: ${panel.title}`))].join('<br>'),
  ]);
  return [
    '<!-- Generated from observability/catalog by `npm run generate`. Do not edit. -->',
    '',
    '# Runbooks',
    '',
    'One page per alert: what it means, the queries to run, what to do. If a page was wrong or incomplete,',
    "correct it in the incident's follow-up. `page` wakes somebody, `ticket` waits for the morning.",
    '',
    'See also [fifteen questions](../questions.md) with the panel, trace or command that answers each, and',
    '[three incidents](../incidents.md) from the page to the cause.',
    '',
    '## Logs',
    '',
    'Pages give log queries as `npm run observe:logs -- …`. In Grafana, `--event aio.step.failed` is',
    '`{service_name=~"aio-.+"} | event_name="aio.step.failed"`. [The catalogue](../catalog/METRICS.md#log-events) lists the events.',
    '',
    markdownTable(
      ['AIO runs', 'where the lines come from'],
      [
        ['by `npm start`', 'the files of `npm start`; no option needed'],
        [
          'in Compose, with both files',
          'Loki: `LOKI_URL=http://localhost:3100 npm run observe:logs -- …`',
        ],
        ['in Kubernetes', 'the Loki that your collector sends to: `LOKI_URL=<its URL>`'],
        [
          'anywhere, without Loki',
          'standard output: `docker compose logs api worker \\| npm run observe:logs -- --stdin …`, or `kubectl logs …`',
        ],
      ],
    ),
    '',
    'A process that cannot start, or crashes, writes its reason to standard error and exports nothing. For its last',
    'lines see the output of `npm start`, `docker compose logs --tail 20 api` or `kubectl logs --previous <pod>`.',
    '',
    '## Alerts',
    '',
    markdownTable(['alert', 'severity', 'panel'], rows),
    '',
    ...listTimes(times),
  ].join('\n');
}
