import type { RunLogs } from '../../shared/api.ts';

type Line = RunLogs['lines'][number];

/** Ascending by severity. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** Lines of at least this level and of this step ('' = all) that contain the text in any field. */
export function filterLines(
  lines: readonly Line[],
  { text, level, step }: { text: string; level: Level; step: string },
): Line[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      rankOf(line.level) >= LEVELS.indexOf(level) &&
      (step === '' || line.step === step) &&
      (wanted === '' || JSON.stringify(line).toLowerCase().includes(wanted)),
  );
}

/** Unknown levels rank above errors, so that no filter hides them. */
function rankOf(level: string): number {
  if (level === 'trace') return 0;
  const rank = LEVELS.indexOf(level as Level);
  return rank === -1 ? LEVELS.length : rank;
}

/** Colours by level; other levels are muted. */
export const LEVEL_COLORS: Readonly<Record<string, string>> = {
  error: 'text-error',
  fatal: 'text-error',
  warn: 'text-warning',
};

/** Fields that have their own columns, or that the page shows elsewhere. */
const SHOWN = new Set(['at', 'level', 'message', 'step', 'iteration', 'attempt']);

/** The other fields of a log line, as `key=value`. */
export function extrasOf(line: object): string {
  return Object.entries(line)
    .filter(([key]) => !SHOWN.has(key))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ');
}
