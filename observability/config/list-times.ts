import { runbookFile } from '@aio/catalog/alert';
import { ARRIVES_WITHIN, type AlertTime } from '@aio/catalog/alert-times';
import { markdownTable } from '@aio/catalog/markdown-table';

const COLUMNS = [
  'drill',
  'alert',
  'fault to firing (s)',
  'fault to receiver (s)',
  'repair to resolved (s)',
  'other pages',
];

/** Times that the drills measured with the rules as shipped, as lines of Markdown. Empty without measurements. */
export function listTimes(times: readonly AlertTime[]): string[] {
  const shipped = times.filter(({ shorter }) => shorter === 1);
  if (shipped.length === 0) return [];
  return [
    '## How soon they help',
    '',
    'Measured by `npm run drill -- alerts --write` with the rules as shipped, evaluated every 15 s. The drill fails if a',
    `page arrives after ${ARRIVES_WITHIN.page} s or a ticket after ${ARRIVES_WITHIN.ticket} s. \`-\`: another alert held this one back.`,
    '[alert-times.json](alert-times.json) also has drills with shorter rules, which prove no limit.',
    '',
    markdownTable(COLUMNS, shipped.map(describe)),
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

function seconds(value: number | null): string {
  return value === null ? '-' : value.toFixed(1);
}
