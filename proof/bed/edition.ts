import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { SkipDrill } from '../drills/kit/errors.ts';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';

const run = promisify(execFile);

const MIGRATIONS = 'services/platform/migrations';
/** Folders with the code of the API and the worker. */
const ROOMS = ['services', 'observability', 'dashboards'];
const NOT_CODE = new Set(['node_modules', '.nuxt', '.output', 'web']);

/** A version of the code in its own folder, with the npm packages of this project. */
export interface Edition {
  readonly root: string;
  /** Version that its processes report. */
  readonly version: string;
}

/** The edition of this project's folder. */
export function readEdition(): Edition {
  const path = join(PROJECT_ROOT, 'services/worker/package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return { root: PROJECT_ROOT, version };
}

/** Copies this code and adds migrations: SQL by file name. */
export function makeNextEdition(
  root: string,
  migrations: Readonly<Record<string, string>>,
): Edition {
  for (const room of ROOMS)
    cpSync(join(PROJECT_ROOT, room), join(root, room), {
      recursive: true,
      filter: (path) => !NOT_CODE.has(basename(path)),
    });
  for (const [name, sql] of Object.entries(migrations))
    writeFileSync(join(root, MIGRATIONS, name), sql);
  return finish(root, 'next');
}

/** Exports the code of a commit. @throws SkipDrill without a Git history */
export async function makeOldEdition(root: string, commit: string): Promise<Edition> {
  mkdirSync(root);
  const file = join(root, 'code.tar');
  await git(['archive', `--output=${file}`, commit, ...ROOMS]);
  await run('tar', ['-xf', file, '-C', root]);
  return finish(root, 'old');
}

/**
 * Finds the last commit without the newest migration whose schema this code can migrate: all its migrations are files of
 * this code.
 * @throws SkipDrill if there is none, as long as the newest migration is one of the first
 */
export async function findCommitBeforeNewest(root = PROJECT_ROOT): Promise<string> {
  const newest = findNewestMigration(root);
  const known = new Set(readdirSync(join(root, MIGRATIONS)));
  // Only the main line: branches may have renamed their migrations before the merge.
  const log = ['log', '--first-parent', '-m', '--format=%H %P', '--', MIGRATIONS];
  const changes = (await git(log, root)).split('\n').filter(Boolean);
  for (const change of changes) {
    const [, parent] = change.split(' ');
    if (parent === undefined) continue;
    const files = await git(['ls-tree', '--name-only', parent, `${MIGRATIONS}/`], root);
    const names = files.split('\n').map((file) => basename(file));
    if (!names.includes(newest) && names.every((name) => known.has(name))) return parent;
  }
  throw new SkipDrill(
    `the Git history has no earlier schema that this code migrates: the drill needs a migration after ${newest}`,
  );
}

export function findNewestMigration(root = PROJECT_ROOT): string {
  return readdirSync(join(root, MIGRATIONS)).sort().at(-1) as string;
}

function finish(root: string, version: string): Edition {
  for (const name of ['api', 'worker']) {
    const path = join(root, 'services', name, 'package.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...manifest, version }));
  }
  linkPackages(root);
  return { root, version };
}

/** Links npm packages from this project and workspace packages from the edition. */
function linkPackages(root: string): void {
  const packages = join(PROJECT_ROOT, 'node_modules');
  mkdirSync(join(root, 'node_modules/@aio'), { recursive: true });
  for (const name of readdirSync(packages))
    if (name !== '@aio' && !name.startsWith('.'))
      symlinkSync(join(packages, name), join(root, 'node_modules', name));
  for (const manifest of globSync('{services,observability}/*/package.json', { cwd: root })) {
    const folder = join(root, dirname(manifest));
    const { name } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as { name: string };
    symlinkSync(folder, join(root, 'node_modules', name));
    const nested = join(PROJECT_ROOT, relative(root, folder), 'node_modules');
    if (existsSync(nested)) symlinkSync(nested, join(folder, 'node_modules'));
  }
}

async function git(args: readonly string[], root = PROJECT_ROOT): Promise<string> {
  try {
    return (await run('git', args, { cwd: root })).stdout.trim();
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new SkipDrill(`needs the Git history (${stderr?.trim().split('\n')[0] || message})`);
  }
}
