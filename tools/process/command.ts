import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { readLastLines } from './log-tail.ts';
import { EXIT, StackError } from '../stack-error.ts';

export interface CommandSpec {
  /** Begins the error message, e.g. `building the web UI`. */
  purpose: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  logFile: string;
  user?: { uid: number; gid: number } | undefined;
  input?: string;
  /** Stops the command. */
  signal?: AbortSignal | undefined;
}

/** code null = the command did not start, or a signal ended it. */
interface End {
  code: number | null;
  reason: string;
}

/**
 * Runs a command to its end, with its output in the log file.
 * @throws StackError with the last lines if it fails
 */
export async function runCommand(spec: CommandSpec): Promise<void> {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'w');
  try {
    const end = await new Promise<End>((resolve) => {
      const child = spawn(spec.command, spec.args, {
        cwd: spec.cwd,
        env: spec.env,
        stdio: [spec.input === undefined ? 'ignore' : 'pipe', log, log],
        signal: spec.signal,
        ...spec.user,
      });
      child.stdin?.end(spec.input);
      child.once('error', (error) => resolve({ code: null, reason: error.message }));
      child.once('exit', (code, signal) =>
        resolve({ code, reason: signal ? `ended by ${signal}` : `code ${code}` }),
      );
    });
    if (end.code === 0) return;
    throw new StackError(`${spec.purpose} failed (${end.reason})`, {
      exitCode: end.code === EXIT.config ? EXIT.config : EXIT.unavailable,
      details: readLastLines(spec.logFile),
    });
  } finally {
    closeSync(log);
  }
}
