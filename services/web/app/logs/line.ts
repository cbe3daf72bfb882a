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
