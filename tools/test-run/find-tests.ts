import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOMS = ['services', 'observability', 'dashboards', 'loadtest', 'proof', 'tools'];

/**
 * The test files of the project, sorted.
 * @param patterns parts of paths; a file must contain one of them; none = all files
 * @param tier only its files; undefined = all tiers
 */
export function findTests(root: string, patterns: readonly string[], tier?: Tier): string[] {
  return globSync(
    ROOMS.map((room) => `${room}/**/*.test.ts`),
    {
      cwd: root,
      exclude: (path) => /(^|\/)(node_modules|\.nuxt|\.output)(\/|$)/.test(path),
    },
  )
    .filter((file) => patterns.length === 0 || patterns.some((part) => file.includes(part)))
    .filter((file) => tier === undefined || tierOf(file) === tier)
    .sort()
    .map((file) => join(root, file));
}

export const TIERS = ['unit', 'services', 'e2e'] as const;
export type Tier = (typeof TIERS)[number];

/** Their tests start whole systems, browsers or programs. */
const E2E_FOLDERS = ['loadtest/test/', 'proof/test/', 'services/web/test/', 'tools/test/'];

/**
 * The tier of a test file, by its place and name:
 * - `unit`: next to its source; needs no server
 * - `services`: in a folder `test/`; needs PostgreSQL, Redis or another program
 * - `e2e`: in `E2E_FOLDERS`; starts the shipped processes
 * @param file relative to the root
 */
export function tierOf(file: string): Tier {
  if (E2E_FOLDERS.some((folder) => file.startsWith(folder))) return 'e2e';
  return /(^|\/)test\//.test(file) ? 'services' : 'unit';
}
