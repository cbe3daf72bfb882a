// Which file a verb runs. Plain JavaScript, because Node.js 18 may start it.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Scripts in other folders. */
export const SCRIPTS = {
  bench: 'proof/bench/bench.ts',
  'game-day': 'proof/game-days/game-day-main.ts',
  load: 'loadtest/load/load.ts',
  pictures: 'proof/pictures/pictures-main.ts',
  migrate: 'services/platform/migrate-main.ts',
  secrets: 'services/platform/secrets-main.ts',
};

/** Folders with one script per name: `npm run drill -- faults` */
export const FOLDERS = {
  drill: 'proof/drills',
  compose: 'proof/verify/compose/commands',
  kubernetes: 'proof/verify/kubernetes/commands',
  kit: 'tools/kit/commands',
  observe: 'proof/verify/telemetry/commands',
};

/**
 * The script of a verb, and its arguments: those of `SCRIPTS`, `<folder>/<first argument>.ts` of `FOLDERS`, else
 * `tools/<verb>.ts`.
 *
 * @param {string} verb
 * @param {readonly string[]} args
 * @param {string} root
 * @returns {{ script: string, args: readonly string[] } | { error: string }} `script` is relative to `root`
 */
export function findScript(verb, args, root) {
  if (!(verb in FOLDERS)) return { script: SCRIPTS[verb] ?? `tools/${verb}.ts`, args };
  const folder = FOLDERS[verb];
  const names = listScripts(join(root, folder)).map((file) => basename(file, '.ts'));
  const [name, ...rest] = args;
  if (names.includes(name)) return { script: `${folder}/${name}.ts`, args: rest };
  const problem = name === undefined ? 'no name given' : `unknown name "${name}"`;
  return { error: `${problem}, expected one of ${names.join(', ')} (${folder})` };
}

/**
 * The paths of a folder's scripts, sorted.
 *
 * @param {string} folder
 */
export function listScripts(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
    .map((file) => join(folder, file));
}
