import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOMS = ['services', 'observability', 'dashboards', 'deploy', 'loadtest'];

/**
 * All test files of the project, sorted.
 * @param patterns parts of their paths, of which one must be in it; none = all
 */
export function findTests(root: string, patterns: readonly string[]): string[] {
  return globSync(
    ROOMS.map((room) => `${room}/**/*.test.ts`),
    {
      cwd: root,
      exclude: (path) => /(^|\/)(node_modules|\.nuxt|\.output)(\/|$)/.test(path),
    },
  )
    .filter((file) => patterns.length === 0 || patterns.some((part) => file.includes(part)))
    .sort()
    .map((file) => join(root, file));
}

/** How many files of a kind run at once, and beside which. */
export interface TestGroups {
  /** Any number at once. */
  together: string[];
  /** They hold limits that many of them at once would miss: one by one, beside the others. */
  drills: string[];
  /** They measure what any other beside them would disturb: one by one, when all others have ended. */
  alone: string[];
}

/** Sorts files by the ends of their names: `.drill.test.ts`, `.alone.test.ts`, or any other. */
export function groupTests(files: readonly string[]): TestGroups {
  const isDrill = (file: string) => file.endsWith('.drill.test.ts');
  const isAlone = (file: string) => file.endsWith('.alone.test.ts');
  return {
    together: files.filter((file) => !isDrill(file) && !isAlone(file)),
    drills: files.filter(isDrill),
    alone: files.filter(isAlone),
  };
}
