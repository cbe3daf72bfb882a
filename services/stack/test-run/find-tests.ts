import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOMS = ['services', 'observability', 'dashboards', 'loadtest'];

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

/** Whether the file measures what others beside it would disturb: such run after all others, one by one. */
export function isLonely(file: string): boolean {
  return file.endsWith('.alone.test.ts');
}
