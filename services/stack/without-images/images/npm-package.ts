import { runCommand } from '../../command.ts';
import { makeFolder } from '../../make-folder.ts';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GetOptions {
  /** Keeps the packages. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Installs an npm package that is not a dependency of the project, once.
 * @returns its folder
 * @throws StackError if npm fails
 */
export async function getNpmPackage(
  name: string,
  version: string,
  { dataDir, env, say, signal }: GetOptions,
): Promise<string> {
  const home = join(dataDir, 'npm', `${name}-${version}`);
  const folder = join(home, 'node_modules', name);
  await makeFolder(home, {
    isThere: () => existsSync(folder),
    onWait: () => say(`waiting for another process that installs ${name}`),
    async make(unfinished) {
      say(`installing ${name} ${version} from npm`);
      writeFileSync(join(unfinished, 'package.json'), '{ "private": true }\n');
      await runCommand({
        purpose: `npm install ${name}@${version}`,
        command: 'npm',
        args: ['install', '--no-save', '--ignore-scripts', '--no-audit', `${name}@${version}`],
        env: outsideOfNpm(env),
        cwd: unfinished,
        logFile: join(dataDir, `logs/npm-${name}.log`),
        signal,
      });
    },
  });
  return folder;
}

/** Removes variables of the outer npm, so that the inner npm does not use its folder. */
function outsideOfNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_(config_local_prefix|package_|lifecycle_)/.test(name),
    ),
  );
}
