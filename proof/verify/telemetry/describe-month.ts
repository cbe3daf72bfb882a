import { markdownTable } from '@aio/catalog/markdown-table';
import { describeBudget } from '@aio/slo/error-budget';
import type { MonthReport, ReportedDay, ReportedMonth } from '@aio/query/month-report';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
/** Below this share, the report says how much was measured. */
const NEARLY_ALL = 0.99;

/** The report of a month, as Markdown. */
export function describeMonth({ month, isOver, measured, objectives }: MonthReport): string {
  return [
    `# Objectives in ${month}`,
    '',
    [isOver ? '' : 'The month is not over.', describeMeasured(measured, isOver)]
      .filter((sentence) => sentence !== '')
      .join(' '),
    '',
    markdownTable(
      ['Objective', 'Target', 'Reached', '', 'Error budget', 'Events', 'Worst day'],
      objectives.map((one) => [
        one.title,
        percent(one.objective),
        percentOrNone(one.reached),
        verdictOf(one),
        one.budget === null ? 'no data' : describeBudget(one.budget),
        count.format(one.events),
        one.worstDay === null
          ? 'none'
          : `${one.worstDay.day}: ${percentOrNone(one.worstDay.reached)}`,
      ]),
    ),
    '',
    '## By day',
    '',
    markdownTable(
      ['Day (UTC)', 'Measured', ...objectives.map(({ title }) => title)],
      (objectives[0]?.days ?? []).flatMap(({ day, measured: share }, index) =>
        share === null
          ? []
          : [[day, percent(share), ...objectives.map(({ days }) => describeDay(days[index]!))]],
      ),
    ),
  ].join('\n');
}

function describeMeasured(measured: number, isOver: boolean): string {
  if (measured >= NEARLY_ALL) return '';
  return (
    `Measured: ${percent(measured)} of the ${isOver ? 'month' : 'time so far'}. ` +
    'The rest counts as neither good nor bad.'
  );
}

function verdictOf({ reached, objective, events, minEvents }: ReportedMonth): string {
  if (reached === null) return 'no data';
  if (events < minEvents) return 'no verdict';
  return reached >= objective ? 'met' : 'MISSED';
}

function describeDay({ reached, measured }: ReportedDay): string {
  if (reached !== null) return percent(reached);
  return measured === 0 ? 'no data' : 'no events';
}

function percentOrNone(share: number | null): string {
  return share === null ? 'no data' : percent(share);
}

/** Three decimals, rounded down, so that a missed objective never looks reached. */
function percent(share: number): string {
  return `${(Math.floor(share * 1e5 + 1e-6) / 1e3).toString()} %`;
}
