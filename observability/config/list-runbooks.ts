import { listTimes } from './list-times.ts';
import { type AlertTime, readAlertTimes } from '@aio/catalog/alert-times';
import { runbookFile } from '@aio/catalog/alert';
import { listAlerts } from '@aio/catalog/alerts';
import { markdownTable } from '@aio/catalog/markdown-table';

/** README of the runbooks: Markdown, ends in a newline. */
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
    'One page per alert. If a page was wrong, correct it after the incident. `page` wakes you, `ticket` waits for the morning.',
    'See also [fifteen questions](../questions.md) and [three incidents](../incidents.md).',
    '',
    '## Logs',
    '',
    'Runbooks use `npm run observe:logs`. In Grafana, write `--event aio.step.failed` as',
    '`{service_name=~"aio-.+"} | event_name="aio.step.failed"`. [Events](../catalog/METRICS.md#log-events).',
    '',
    markdownTable(
      ['you run AIO', 'read logs'],
      [
        ['with `npm start`', 'from its files; no option needed'],
        [
          'in Compose, with both files',
          'from Loki: `LOKI_URL=http://localhost:3100 npm run observe:logs -- …`',
        ],
        ['in Kubernetes', 'from your Loki: `LOKI_URL=<its URL>`'],
        [
          'without Loki',
          'from standard output: `docker compose logs api worker \\| npm run observe:logs -- --stdin …`, or `kubectl logs …`',
        ],
      ],
    ),
    '',
    'A process that cannot start, or crashes, writes the reason only to standard error: see the output of `npm start`,',
    '`docker compose logs --tail 20 api` or `kubectl logs --previous <pod>`.',
    '',
    '## Alerts',
    '',
    markdownTable(['alert', 'severity', 'panel'], rows),
    '',
    ...listTimes(times),
  ].join('\n');
}
