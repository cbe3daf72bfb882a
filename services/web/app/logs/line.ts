/** The colour of a level's word; one that is not here is muted. */
export const LEVEL_COLORS: Readonly<Record<string, string>> = {
  error: 'text-error',
  fatal: 'text-error',
  warn: 'text-warning',
};

/** They have columns of their own, or the page says them. */
const SHOWN = new Set(['at', 'level', 'message', 'step', 'iteration', 'attempt']);

/** What a line of a log carries besides its message, as `key=value`. */
export function extrasOf(line: object): string {
  return Object.entries(line)
    .filter(([key]) => !SHOWN.has(key))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ');
}
