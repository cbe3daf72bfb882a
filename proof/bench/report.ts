import { columns } from '@aio/tools/cli/columns';
import { median } from '../bed/quantile.ts';
import { judge, type Measured, type Verdict } from './guard-rails.ts';
import type { Cell, PartReport, PartResult, Table } from './part.ts';

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
  const parts: Report['data']['parts'] = {};
  const tables: Table[] = [];
  const methods: string[] = [];
  const failures: string[] = [];
  const measured: Measured = {};
  for (const { part, seconds, result } of reports) {
    if (result instanceof Error) {
      parts[part] = { seconds, error: result.message };
      failures.push(`✖ ${part} failed: ${result.message}`);
    } else {
      const written = result.tables.map(writeCells);
      parts[part] = { seconds, ...result, tables: written };
      tables.push(...written);
      methods.push(`${part}: ${result.method}`);
      Object.assign(measured, result.measured);
    }
  }
  const guardRails = judge(measured);
  const missed = guardRails.filter(({ ok }) => !ok).length;
  const times = reports.map(({ part, seconds }) => `${part} ${seconds}`);
  const total = reports.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    ok: failures.length === 0 && missed === 0,
    lines: [
      ...tables.flatMap(layOut),
      '',
      ...Object.entries(machine).map(([name, value]) => `${name}: ${value}`),
      ...methods,
      `seconds: ${times.join(', ')}; all ${total}`,
      ...(guardRails.length > 0 ? describeVerdicts(guardRails, missed) : []),
      ...failures,
    ],
    data: { machine, parts, guardRails },
  };
}

function describeVerdicts(verdicts: readonly Verdict[], missed: number): string[] {
  const rows = verdicts.map(({ name, measured, unit, limit, ok }) => [
    `${ok ? '✔' : '✖'} ${name}`,
    measured,
    unit,
    limit,
  ]);
  const head = ['', 'measured', '', 'limit'];
  return [
    ...layOut({ title: 'Guard rails', rows: [head, ...rows] }),
    '',
    missed === 0
      ? '✔ every guard rail holds'
      : `✖ ${missed} of ${verdicts.length} guard rails missed`,
  ];
}

function layOut({ title, rows }: Table): string[] {
  const lines = columns(rows.map((row) => row.map(writeCell)));
  return ['', title, ...lines.map((line) => `  ${line}`)];
}

function writeCells({ title, rows }: Table): Table {
  return { title, rows: rows.map((row) => row.map(writeCell)) };
}

function writeCell(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  return typeof cell === 'number' ? formatFigure(cell) : formatSpread(cell);
}

/** Three significant digits: 1234, 12.3, 1.23. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2);
}

/** `median (minimum–maximum)`. */
function formatSpread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${formatFigure(median(values))} (${formatFigure(least)}–${formatFigure(most)})`;
}
