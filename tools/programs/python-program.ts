import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/command.ts';
import { holdLock } from '../file-lock.mjs';
import { findOnPath } from '../process/find-on-path.ts';
import { StackError } from '../stack-error.ts';

/** A program for tests, from pip's package index. */
export interface PythonProgram {
  /** Name of its package; `<name>.test.ts` needs it. */
  name: string;
  version: string;
  command: string;
}

export const PYTHON_PROGRAMS: readonly PythonProgram[] = [
  // Fuzzes an API from its OpenAPI document.
  { name: 'schemathesis', version: '4.32.5', command: 'st' },
];

export interface PythonProgramOptions {
  /** Each program is installed once, into its own folder in here. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  onInstall?: () => void;
  signal?: AbortSignal;
}

/**
 * Installs the program, once.
 * @returns the path of its command
 * @throws StackError if there is no Python or the install fails
 */
export async function findPythonProgram(
  { name, version, command }: PythonProgram,
  options: PythonProgramOptions,
): Promise<string> {
  const { dataDir, env, signal, onInstall } = options;
  const home = join(dataDir, 'python', `${name}-${version}`);
  const path = join(home, 'bin', command);
  const whole = join(home, 'installed');
  if (existsSync(whole)) return path;
  const python = findOnPath(['python3'], env.PATH ?? '');
  if (!python) throw new StackError('python3 is not on PATH');

  const logFile = join(dataDir, `logs/${name}-install.log`);
  const install = (program: string, args: readonly string[]) =>
    runCommand({
      purpose: `installing ${name} ${version}`,
      command: program,
      args,
      env,
      logFile,
      signal,
    });
  const release = await holdLock(join(dataDir, `${name}.lock`), () => {});
  try {
    if (existsSync(whole)) return path;
    onInstall?.();
    rmSync(home, { recursive: true, force: true });
    await install(python, ['-m', 'venv', home]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await install(join(home, 'bin/python3'), [...pip, `${name}==${version}`]);
    writeFileSync(whole, '');
    return path;
  } finally {
    release();
  }
}
