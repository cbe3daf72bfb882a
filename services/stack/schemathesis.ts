import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { holdLock } from './file-lock.mjs';
import { findOnPath } from './find-on-path.ts';
import { StackError } from './stack-error.ts';

const VERSION = '4.32.5';

export interface SchemathesisOptions {
  /** It is installed into a folder of its own in here, once. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  onInstall?: () => void;
  signal?: AbortSignal;
}

/**
 * Fuzzes an API from its OpenAPI document; a Python program, from the package index that the machine's
 * pip knows.
 * @returns the path of its command
 * @throws StackError when there is no Python or the package cannot be had
 */
export async function findSchemathesis(options: SchemathesisOptions): Promise<string> {
  const { dataDir, env, signal, onInstall } = options;
  const home = join(dataDir, 'python', `schemathesis-${VERSION}`);
  const command = join(home, 'bin/st');
  const whole = join(home, 'installed');
  if (existsSync(whole)) return command;
  const python = findOnPath(['python3'], env.PATH ?? '');
  if (!python) throw new StackError('python3 is not on PATH');

  const logFile = join(dataDir, 'logs/schemathesis-install.log');
  const install = (program: string, args: readonly string[]) =>
    runCommand({
      purpose: `installing schemathesis ${VERSION}`,
      command: program,
      args,
      env,
      logFile,
      signal,
    });
  const release = await holdLock(join(dataDir, 'schemathesis.lock'), () => {});
  try {
    if (existsSync(whole)) return command;
    onInstall?.();
    rmSync(home, { recursive: true, force: true });
    await install(python, ['-m', 'venv', home]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await install(join(home, 'bin/python3'), [...pip, `schemathesis==${VERSION}`]);
    writeFileSync(whole, '');
    return command;
  } finally {
    release();
  }
}
