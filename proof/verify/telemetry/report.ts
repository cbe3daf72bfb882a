import { FILLED_BY_FAULTS, fillerOf, isDeclared, mayBeEmpty } from './coverage/may-be-empty.ts';
import type { CoverageRow } from './coverage/row.ts';
import { formatValue } from '@aio/query/format-value';
import { columns } from '@aio/tools/cli/columns';
import { type Figure, isTrue } from './truth/witnesses.ts';
import { findGaps, type Verification } from './verify.ts';

/** The queries, the figures and the gaps, as lines. */
export function describe(
  verification: Verification,
  gaps: readonly string[] = findGaps(verification),
): string[] {
  const { coverage, figures } = verification;
  return [
    ...columns([
      ['', 'board or group', 'panel, rule or page', 'query', 'series', 'last value'],
      ...coverage.map(coverageLine),
    ]),
    '',
    ...columns([
      ['', 'figure', 'Prometheus', 'truth', 'source', 'tolerance'],
      ...figures.map(figureLine),
    ]),
    '',
    ...describeTelemetry(verification),
    summary(verification),
    ...(gaps.length === 0
      ? ['No gaps.']
      : [`${gaps.length} gaps:`, ...gaps.map((gap) => `  ✖ ${gap}`)]),
  ];
}

function coverageLine(row: CoverageRow): string[] {
  const mark = row.gap === null ? '✔' : mayBeEmpty(row) ? '–' : '✖';
  const drill = FILLED_BY_FAULTS.find((one) => isDeclared(row, [one]))?.drill;
  const filler = drill ? `drill ${drill}` : mayBeEmpty(row) ? fillerOf(row) : undefined;
  const last = row.gap === null ? row.last : filler ? `filled by ${filler}` : row.gap;
  return [mark, row.where, row.what, row.query, String(row.series), last];
}

function figureLine(figure: Figure): string[] {
  const { what, unit, prometheus, truth, witness, tolerance } = figure;
  return [
    isTrue(figure) ? '✔' : '✖',
    what,
    formatValue(prometheus, unit),
    formatValue(truth, unit),
    witness,
    tolerance === 0 ? 'equal' : formatValue(tolerance, unit),
  ];
}

/** Spans and log records that were not seen, with the reason. */
function describeTelemetry({ traces, logs }: Verification): string[] {
  const excused = [...traces.excused, ...logs.excused];
  return excused.length === 0 ? [] : [...excused.map((line) => `– ${line}`), ''];
}

function summary({ coverage, figures, traces, logs }: Verification): string {
  const boards = new Set(coverage.map(({ where }) => where)).size;
  const filled = coverage.filter(({ gap }) => gap === null).length;
  return (
    `${filled} of ${coverage.length} queries of ${boards} boards and groups have data, ` +
    `${figures.filter(isTrue).length} of ${figures.length} figures are correct, ` +
    `${traces.seen} and ${logs.seen} match the catalogue`
  );
}
