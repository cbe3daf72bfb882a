import { readFileSync, writeFileSync } from 'node:fs';

/** Milliseconds by test file. */
export type Durations = Record<string, number>;

/** A file never run before is taken for one of middling length. */
const UNKNOWN_MS = 5000;

/** The slowest of the last run come first, so that no long one is left alone at the end. */
export function sortSlowestFirst(files: readonly string[], known: Durations): string[] {
  return files.toSorted((a, b) => (known[b] ?? UNKNOWN_MS) - (known[a] ?? UNKNOWN_MS));
}

/** None when there was no run yet. */
export function readDurations(path: string): Durations {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

/** Keeps those of files that did not run this time. */
export function saveDurations(path: string, measured: Durations): void {
  writeFileSync(path, JSON.stringify({ ...readDurations(path), ...measured }, null, 2));
}
