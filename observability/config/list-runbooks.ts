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
    'One page per alert: what it means, how to see it, the queries to run, what to do. A page ends the',
    "guessing, not the thinking: where it proved wrong or short, mend it in the incident's follow-up.",
    '',
    '`page` wakes somebody, `ticket` waits for the morning.',
    '',
    'No alert, but a question? [Fifteen of them](../questions.md), each with the panel, trace or command that answers it.',
    'How pages lead to a cause: [three incidents](../incidents.md).',
    '',
    '## Logs',
    '',
    'Pages give log queries as `npm run observe:logs -- …`. Names of events are in [the catalogue](../catalog/METRICS.md#log-events).',
    '',
    markdownTable(
      ['AIO runs', 'where the lines come from'],
      [
        ['by `npm start`', 'its files: the command is enough'],
        [
          'in Compose, with both files',
          'Loki: `LOKI_URL=http://localhost:3100 npm run observe:logs -- …`',
        ],
        ['in Kubernetes', 'the Loki that your collector sends to: `LOKI_URL=<its URL>`'],
        [
          'anywhere, without Loki',
          'standard output: `docker compose logs api worker \\| npm run observe:logs -- --stdin …`, or `kubectl logs` in its place',
        ],
      ],
    ),
    '',
    'A process that could not start, or broke, says why in plain words on standard error, and exports nothing of it.',
    'Its last lines: `npm start` prints them, `docker compose logs --tail 20 api`, `kubectl logs --previous <pod>`.',
    '',
    '## Alerts',
    '',
    markdownTable(['alert', 'severity', 'panel'], rows),
    '',
    ...listTimes(times),
  ].join('\n');
}
