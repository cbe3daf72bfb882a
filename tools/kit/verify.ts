/** Tries the example as a stranger would: packed, installed and started outside of the repository. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';
import { makeExample } from './example.ts';
import { startShop } from './run-shop.ts';
import { tryLoads } from './try-loads.ts';

/** The oldest Node.js that the packages promise. */
const OLDEST_NODE = '22';

export interface KitOptions {
  root: string;
  /** A new folder for everything, outside of the repository. */
  dataDir: string;
  /** Has downloaded programs. */
  programDir: string;
  searchPath: string;
  promtool: string | undefined;
  /** Called after each check. @param skipped why it could not be made */
  say: (what: string, found: string, skipped?: boolean) => void;
}

/** @throws Error at the first check that fails */
export async function verifyKit(options: KitOptions): Promise<void> {
  const { root, dataDir, say } = options;
  const folder = join(dataDir, 'shop');
  makeExample({ root, folder, scope: '@example' });
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  say('npm pack and npm install', `${listPackages(folder).join(', ')} in an empty folder`);
  const node = installOldNode(dataDir);
  say('the oldest Node.js', run(node, ['--version'], folder).trim());
  run(node, ['node_modules/typescript/bin/tsc', '-p', '.'], folder);
  say('types', 'tsc accepts the example on the packed types');
  run(node, ['generate.ts'], folder);
  checkRules(options, folder);
  run(
    process.execPath,
    [join(root, 'dashboards/testing/check-board-main.ts'), join(folder, 'generated/board.json')],
    root,
  );
  say('the board', 'matches the types of @grafana/schema');
  const shop = await startShop(options, node, folder);
  try {
    await shop.check();
    await tryLoads(options, folder, shop);
  } finally {
    await shop.stop();
  }
}

function listPackages(folder: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(dependencies).flatMap(([name, place]) =>
    place.startsWith('file:') ? [name] : [],
  );
}

/** From npm's registry. @returns path of the program */
function installOldNode(dataDir: string): string {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(dataDir, 'node');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  run('npm', [...args, `${name}@${OLDEST_NODE}`], folder);
  return join(folder, 'node_modules', name, 'bin/node');
}

function checkRules({ promtool, say }: KitOptions, folder: string): void {
  if (promtool === undefined) return say('rules', 'no promtool on this machine', true);
  const generated = join(folder, 'generated');
  run(promtool, ['check', 'rules', 'rules.yml'], generated);
  run(promtool, ['test', 'rules', 'rules.test.yml'], generated);
  const rules = readFileSync(join(generated, 'rules.yml'), 'utf8');
  writeFileSync(join(generated, 'rules.yml'), rules.replaceAll('> 0.144', '> 0.9'));
  const { status } = spawnSync(promtool, ['test', 'rules', 'rules.test.yml'], { cwd: generated });
  writeFileSync(join(generated, 'rules.yml'), rules);
  if (status === 0) throw new Error('promtool test passed with a wrong threshold');
  say('rules', 'promtool checks and tests them, and fails with a wrong threshold');
}

/** @returns standard output */
function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new StackError(`${program} ${args.join(' ')} failed`, {
    details: [...(error ? [error.message] : []), ...`${stdout}${stderr}`.trim().split('\n')],
  });
}
