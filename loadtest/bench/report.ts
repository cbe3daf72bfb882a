import type { Verdict } from './floors.ts';

/** Rows of cells; the first row is the head. */
export interface Table {
  title: string;
  rows: readonly (readonly string[])[];
}

/** A table as lines: the first column left, the others right. */
export function layOut({ title, rows }: Table): string[] {
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

export function describeVerdicts(verdicts: readonly Verdict[]): string[] {
  const rows = verdicts.map(({ name, measured, unit, limit, ok }) => [
    `${ok ? '✔' : '✖'} ${name}`,
    formatFigure(measured),
    unit,
    limit,
  ]);
  const missed = verdicts.filter(({ ok }) => !ok).length;
  const sum = missed === 0 ? 'every floor is met' : `${missed} of ${verdicts.length} are missed`;
  return [
    ...layOut({ title: 'Floors', rows: [['', 'measured', '', 'limit'], ...rows] }),
    '',
    `${missed === 0 ? '✔' : '✖'} ${sum}`,
  ];
}

/** Three figures that matter: 1234, 12.3, 1.23. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2);
}

/** Median and, in brackets, the least and the most. */
export function formatSpread(values: readonly number[], middle: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${formatFigure(middle)} (${formatFigure(least)}–${formatFigure(most)})`;
}
