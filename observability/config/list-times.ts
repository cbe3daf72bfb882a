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
    'Measured by `npm run drill -- alerts --write`: a real Prometheus, a real Alertmanager with the shipped routes and',
    'an HTTP receiver. A hard failure runs by the rules as shipped, scraped and evaluated every 15 s: its page has to',
    `arrive within ${ARRIVES_WITHIN.page} s, its ticket within ${ARRIVES_WITHIN.ticket} s, or the drill fails. Where times are shorter, the figures`,
    'show the order of things and prove no limit. `-`: nobody was told, since another alert says it already.',
    '`pages beside` are pages of the same drill about something else, which nobody needed.',
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
