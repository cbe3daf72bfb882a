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
