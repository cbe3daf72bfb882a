import { runbookFile } from '@aio/catalog/alert';
import { ARRIVES_WITHIN, type AlertTime } from '@aio/catalog/alert-times';
import { markdownTable } from '@aio/catalog/markdown-table';

const COLUMNS = [
  'drill',
  'alert',
  'severity',
  'times of the rules',
  'fault to firing',
  'fault to receiver',
  'mending to resolved',
  'pages beside',
];

/** How soon each alert helps, as the drills have measured it: lines of Markdown; none before they have. */
export function listTimes(times: readonly AlertTime[]): string[] {
  if (times.length === 0) return [];
  return [
    '## How soon they help',
    '',
    'Measured by `npm run drill -- alerts --write`, with a real Prometheus, the shipped routes of Alertmanager and an HTTP',
    'receiver. Hard failures use the rules as shipped, scraped and evaluated every 15 s. The drill fails if their page',
    `arrives after more than ${ARRIVES_WITHIN.page} s or their ticket after more than ${ARRIVES_WITHIN.ticket} s. Rows with shorter times show the order of events and`,
    'prove no limit. `-`: another alert held this one back. `pages beside`: pages about something else in the same drill.',
    '',
    markdownTable(COLUMNS, times.map(describe)),
    '',
  ];
}

function describe(time: AlertTime): string[] {
  const [name = '', window] = time.rule.split(' ');
  return [
    time.drill,
    [`[${name}](${runbookFile({ name })})`, window].filter(Boolean).join(' '),
    time.severity,
    time.shorter === 1 ? 'as shipped' : `${time.shorter} times shorter`,
    ...[time.firing, time.arrived, time.resolved].map(seconds),
    String(time.pagesBeside),
  ];
}

function seconds(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} s`;
}
