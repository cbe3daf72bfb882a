import { judge, type Verdict } from './guard-rails.ts';
import type { PartReport, PartResult, Table } from './part.ts';
import { median } from '../lib/median.ts';

export interface Report {
  /** No part failed, and every measured guard rail holds. */
  ok: boolean;
  lines: string[];
  /** The same as `lines`, for --json. */
  data: {
    machine: Readonly<Record<string, string>>;
    parts: Record<string, { seconds: number } & ({ error: string } | PartResult)>;
    guardRails: Verdict[];
  };
}

/** @param machine versions and settings that all figures depend on */
export function makeReport(
  machine: Readonly<Record<string, string>>,
  reports: readonly PartReport[],
): Report {
  const results = reports.flatMap(({ result }) => (result instanceof Error ? [] : [result]));
  const guardRails = judge(Object.assign({}, ...results.map(({ measured }) => measured)));
  const parts = reports.map(({ part, seconds, result }) => [
    part,
    { seconds, ...(result instanceof Error ? { error: result.message } : result) },
  ]);
  const missed = guardRails.filter(({ ok }) => !ok).length;
  const total = reports.reduce((sum, { seconds }) => sum + seconds, 0);
  const failures = reports.flatMap(({ part, result }) =>
    result instanceof Error ? [`✖ ${part} failed: ${result.message}`] : [],
  );
  return {
    ok: failures.length === 0 && missed === 0,
    lines: [
      ...results.flatMap(({ tables }) => tables.flatMap(layOut)),
      '',
      ...Object.entries(machine).map(([name, value]) => `${name}: ${value}`),
      ...reports.flatMap(({ part, result }) =>
        result instanceof Error ? [] : [`${part}: ${result.method}`],
      ),
      `seconds: ${reports.map(({ part, seconds }) => `${part} ${seconds}`).join(', ')}; all ${total}`,
      ...(guardRails.length > 0 ? describeVerdicts(guardRails, missed) : []),
      ...failures,
    ],
    data: { machine, parts: Object.fromEntries(parts), guardRails },
  };
}

function describeVerdicts(verdicts: readonly Verdict[], missed: number): string[] {
  const rows = verdicts.map(({ name, measured, unit, limit, ok }) => [
    `${ok ? '✔' : '✖'} ${name}`,
    formatFigure(measured),
    unit,
    limit,
  ]);
  return [
    ...layOut({ title: 'Guard rails', rows: [['', 'measured', '', 'limit'], ...rows] }),
    '',
    missed === 0
      ? '✔ every guard rail holds'
      : `✖ ${missed} of ${verdicts.length} guard rails missed`,
  ];
}

/** Aligns the first column left, the others right. */
function layOut({ title, rows }: Table): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return ['', title, ...lines.map((line) => `  ${line}`)];
}

/** Three significant digits: 1234, 12.3, 1.23. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2);
}

/** `median (minimum–maximum)`. */
export function formatSpread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${formatFigure(median(values))} (${formatFigure(least)}–${formatFigure(most)})`;
}
