import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type Tier, tierOf } from './find-tests.ts';

/** Milliseconds by test file. */
export type Durations = Record<string, number>;

/** The assumed durations of files that have never run. */
const UNKNOWN_MS: Readonly<Record<Tier, number>> = { unit: 100, services: 5_000, e2e: 60_000 };

/** The slowest files of the last run come first, so that no long one runs alone at the end. */
export function sortSlowestFirst(
  root: string,
  files: readonly string[],
  known: Durations,
): string[] {
  const msOf = (file: string) => known[file] ?? UNKNOWN_MS[tierOf(relative(root, file))];
  return files.toSorted((a, b) => msOf(b) - msOf(a));
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
