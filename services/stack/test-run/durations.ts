import { readFileSync, writeFileSync } from 'node:fs';

/** Milliseconds by test file. */
export type Durations = Record<string, number>;

/** The assumed duration of a file that has never run. */
const UNKNOWN_MS = 5000;

/** The slowest files of the last run come first, so that no long one runs alone at the end. */
export function sortSlowestFirst(files: readonly string[], known: Durations): string[] {
  return files.toSorted((a, b) => (known[b] ?? UNKNOWN_MS) - (known[a] ?? UNKNOWN_MS));
}

/** Durations of earlier runs; empty before the first run. */
export function readDurations(path: string): Durations {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

/** Saves durations, and keeps those of files that did not run. */
export function saveDurations(path: string, measured: Durations): void {
  writeFileSync(path, JSON.stringify({ ...readDurations(path), ...measured }, null, 2));
}
