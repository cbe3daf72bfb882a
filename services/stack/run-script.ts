import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXIT, StackError } from './stack-error.ts';

/**
 * Runs `<folder>/<name>.ts` with the remaining arguments; the first argument is the name. Without a name, it runs the
 * only script, or the one named like the folder.
 * @param folder relative to the project's, e.g. `loadtest/bench`
 * @returns its exit code
 */
export function runScript(root: string, folder: string, args: readonly string[]): Promise<number> {
  const names = globSync('*.ts', { cwd: join(root, folder) })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();
  const { name, rest } = choose(folder, names, args);
  const child = spawn(process.execPath, [join(root, folder, `${name}.ts`), ...rest], {
    cwd: root,
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  return new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}

function choose(folder: string, names: readonly string[], args: readonly string[]) {
  const [first, ...others] = args;
  if (first !== undefined && names.includes(first)) return { name: first, rest: others };
  const fallback = names.length === 1 ? names[0] : names.find((name) => name === basename(folder));
  if ((first === undefined || first.startsWith('-')) && fallback !== undefined) {
    return { name: fallback, rest: args };
  }
  throw new StackError(
    `${first === undefined ? 'no name given' : `unknown name "${first}"`}, expected one of ${names.join(', ')} (${folder})`,
    { exitCode: EXIT.usage },
  );
}
