import { type AlertTime, ARRIVES_WITHIN, readAlertTimes } from '@aio/catalog/alerts/alert-times';
import { runbookFile } from '@aio/catalog/alerts/alert';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { markdownTable } from '@aio/catalog/markdown-table';

/** README of the runbooks: Markdown, ends in a newline. */
export function listRunbooks(times: readonly AlertTime[] = readAlertTimes()): string {
  return [
    '<!-- Generated from observability/catalog by `npm run generate`. Do not edit. -->',
    '',
    '# Runbooks',
    '',
    'One page per alert. If a page was wrong, correct it after the incident.',
    '',
    '## Commands',
    '',
    '`npm run compose:verify` runs them as they stand here. `docker compose exec -T api psql` takes the SQL.',
    '',
    '- With `npm start`, leave out `docker compose exec api`; SQL goes to `psql $DATABASE_URL`.',
    '- On Kubernetes, write `kubectl -n aio exec deploy/aio-api --` instead, and `kubectl -n aio logs` for `docker compose logs`.',
    '',
    '## Logs',
    '',
    'Each line is a JSON object with an [event](../catalog/logs/log-events.ts).',
    '',
    '- With `npm start`, write `cat .aio/logs/*.log` for `docker compose logs api worker`.',
    '- In Grafana, write `grep aio.step.failed` as `{service_name=~"aio-.+"} | event_name="aio.step.failed"`.',
    '',
    'A process that cannot start, or crashes, writes the reason only to standard error: see the output of `npm start`,',
    '`docker compose logs --tail 20 api` or `kubectl logs --previous <pod>`.',
    '',
    '## Alerts',
    '',
    '`page` wakes you, `ticket` waits for the morning.',
    '',
    ...listAlertsBySeverity(),
    '',
    ...listTimes(times),
  ].join('\n');
}

/** One item per severity. The rules of a burn-rate alert can be pages and tickets. */
function listAlertsBySeverity(): string[] {
  const rules = Object.values(listAlerts()).flat();
  const byName = [...Map.groupBy(rules, ({ name }) => name)].map(([name, alerts]) => ({
    link: `[${name}](${runbookFile({ name })})`,
    severity: [...new Set(alerts.map(({ severity }) => severity))].join(', '),
  }));
  return [...Map.groupBy(byName, ({ severity }) => severity)].map(
    ([severity, alerts]) => `- **${severity}**: ${alerts.map(({ link }) => link).join(', ')}`,
  );
}

const COLUMNS = [
  'drill',
  'alert',
  'fault to firing (s)',
  'fault to receiver (s)',
  'repair to resolved (s)',
  'other pages',
];

/** Times that the drills measured, as lines of Markdown. Empty without measurements. */
function listTimes(times: readonly AlertTime[]): string[] {
  if (times.length === 0) return [];
  const texts = times.filter(({ truth }) => truth !== undefined);
  return [
    '## How soon they help',
    '',
    'Measured by `npm run drill -- night --write`, after half an hour of traffic, and `npm run drill -- alerts --write`.',
    'The rules are evaluated every 15 s. Of a hard failure, the drills fail if a page arrives after',
    `${ARRIVES_WITHIN.page} s or a ticket after ${ARRIVES_WITHIN.ticket} s. \`-\`: another alert held this one back.`,
    '',
    markdownTable(COLUMNS, times.map(describe)),
    '',
    'What the first message of each fault of the night said, and what was true:',
    '',
    markdownTable(['drill', 'text', 'truth'], texts.map(inWords)),
    '',
  ];
}

function describe(time: AlertTime): string[] {
  const [name = '', window] = time.rule.split(' ');
  return [
    time.drill,
    [`[${name}](${runbookFile({ name })})`, window].filter(Boolean).join(' '),
    ...[time.firing, time.arrived, time.resolved].map(seconds),
    String(time.otherPages),
  ];
}

function inWords({ drill, text, truth }: AlertTime): string[] {
  return [drill, text || '-', truth!];
}

function seconds(value: number | null): string {
  return value === null ? '-' : value.toFixed(1);
}
