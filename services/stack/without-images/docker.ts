import { readLastLines } from '../log-tail.ts';
import { StackError } from '../stack-error.ts';
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What one command came to. */
export interface Outcome {
  /** null = it was ended by a signal. */
  code: number | null;
  /** Standard output and standard error, in the order in which they came. */
  output: string;
  stdout: string;
}

export interface DockerOptions {
  /** PATH with `docker`, DOCKER_HOST and the like. */
  env: NodeJS.ProcessEnv;
  /** Where the Compose files are. */
  cwd: string;
  /** For output of commands that take long. */
  logDir: string;
  /** Ends what runs. */
  signal?: AbortSignal;
  /** Has each command until it has ended. */
  running?: Set<Promise<unknown>>;
}

export interface ShellOptions {
  /** Ctrl-C comes after so long. */
  forMs?: number;
  /** What somebody types. */
  input?: string;
}

/** Docker's client. */
export interface Docker {
  /** Runs a command to its end, whatever its exit code. @param command e.g. `docker compose ps`, for the shell */
  shell(command: string, options?: ShellOptions): Promise<Outcome>;
  /** @returns standard output @throws StackError with the last lines */
  run(...args: string[]): Promise<string>;
  /** The same with nothing but the exit code of interest. */
  succeeds(...args: string[]): Promise<boolean>;
  /** For what takes long: output goes to `<name>.log`. @throws StackError with its last lines */
  work(name: string, args: readonly string[]): Promise<void>;
}

const LAST_LINES = 20;

export function createDocker({ env, cwd, logDir, signal, running }: DockerOptions): Docker {
  /**
   * In a process group of its own, to which signals go: Compose is a plugin, a process that the client starts, and
   * counts on a terminal that signals both.
   */
  function start(
    command: string,
    args: readonly string[],
    { forMs, input, onOutput }: ShellOptions & { onOutput?: (data: Buffer) => void } = {},
  ): Promise<Outcome> {
    const ended = new Promise<Outcome>((resolve, reject) => {
      signal?.throwIfAborted();
      const child = spawn(command, args, { cwd, env, detached: true });
      const end = (name: NodeJS.Signals) => child.pid && process.kill(-child.pid, name);
      const onAbort = () => end('SIGTERM');
      signal?.addEventListener('abort', onAbort);
      const timer = forMs === undefined ? undefined : setTimeout(() => end('SIGINT'), forMs);
      let [output, stdout] = ['', ''];
      const take = (data: Buffer) => {
        output += data;
        onOutput?.(data);
      };
      child.stdout.on('data', (data: Buffer) => {
        stdout += data;
        take(data);
      });
      child.stderr.on('data', take);
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        resolve({ code, output, stdout });
      });
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
    running?.add(ended);
    const forget = () => void running?.delete(ended);
    ended.then(forget, forget);
    return ended;
  }

  return {
    // `exec`: a signal reaches the command, not the shell before it.
    shell: (command, options) => start('sh', ['-c', `exec ${command}`], options),
    async run(...args) {
      const { code, output, stdout } = await start('docker', args);
      if (code === 0) return stdout;
      throw failure(args, code, output.trim().split('\n').slice(-LAST_LINES));
    },
    succeeds: async (...args) => (await start('docker', args)).code === 0,
    async work(name, args) {
      mkdirSync(logDir, { recursive: true });
      const file = join(logDir, `${name}.log`);
      const log = createWriteStream(file);
      const { code } = await start('docker', args, { onOutput: (data) => log.write(data) });
      await new Promise<void>((done) => log.end(done));
      if (code !== 0) throw failure(args, code, readLastLines(file, LAST_LINES));
    },
  };
}

function failure(args: readonly string[], code: number | null, details: readonly string[]) {
  return new StackError(`docker ${args.join(' ')} failed (code ${code})`, { details });
}
