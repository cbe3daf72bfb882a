import { judge, type Measured, type Verdict } from './floors.ts';
import type { PartResult } from './part.ts';
import { describeVerdicts, layOut } from './report.ts';
import type { PartReport } from './run-parts.ts';

export interface Summary {
  /** Every floor that was measured is met, and no part failed. */
  ok: boolean;
  lines: string[];
  /** The same and every single figure, for programs. */
  data: {
    settings: Readonly<Record<string, string | number>>;
    parts: Record<string, { seconds: number; figures?: unknown; error?: string }>;
    floors: Verdict[];
  };
}

/** @param machine what all figures depend on */
export function summarize(
  machine: Readonly<Record<string, string>>,
  reports: readonly PartReport[],
): Summary {
  const results = reports.flatMap(({ result }): PartResult[] =>
    result instanceof Error ? [] : [result],
  );
  const measured: Measured = Object.assign({}, ...results.map((result) => result.measured));
  const settings = Object.assign({}, machine, ...results.map((result) => result.settings));
  const floors = judge(measured);
  const parts = reports.map(({ part, seconds, result }) => [
    part,
    result instanceof Error
      ? { seconds, error: result.message }
      : { seconds, figures: result.figures },
  ]);
  const failures = reports.flatMap(({ part, result }) =>
    result instanceof Error ? [`✖ ${part} failed: ${result.message}`] : [],
  );
  return {
    ok: failures.length === 0 && floors.every(({ ok }) => ok),
    lines: [
      ...results.flatMap(({ tables }) => tables.flatMap(layOut)),
      '',
      ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
      ...(floors.length > 0 ? describeVerdicts(floors) : []),
      ...failures,
    ],
    data: { settings, parts: Object.fromEntries(parts), floors },
  };
}
