import type { RunLogs } from '../../shared/api.ts';

type Line = RunLogs['lines'][number];

/** By how much they matter, the least first. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** Lines of at least that level, of that step ('' = of all), that have the text anywhere in them. */
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

/** A level that is not known is shown with the errors: nobody shall miss it. */
function rankOf(level: string): number {
  if (level === 'trace') return 0;
  const rank = LEVELS.indexOf(level as Level);
  return rank === -1 ? LEVELS.length : rank;
}
