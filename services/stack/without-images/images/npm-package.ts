import { runCommand } from '../../command.ts';
import { makeFolder } from '../../make-folder.ts';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GetOptions {
  /** Where it is kept. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * A package of npm's registry, which the project itself does not depend on.
 * @returns its folder
 * @throws StackError when it cannot be had
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
    onWait: () => say(`waiting for somebody else who gets ${name}`),
    async make(unfinished) {
      say(`getting ${name} ${version} from npm`);
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

/** A script of npm that runs npm: the outer one's place is not the inner one's. */
function outsideOfNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_(config_local_prefix|package_|lifecycle_)/.test(name),
    ),
  );
}
