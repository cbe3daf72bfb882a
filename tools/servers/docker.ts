import { readLastLines } from '../process/log-tail.ts';
import { StackError } from '../stack-error.ts';
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Outcome {
  /** null = a signal ended the command. */
  code: number | null;
  /** Standard output and standard error, in order of arrival. */
  output: string;
  stdout: string;
}

export interface DockerOptions {
  /** PATH with `docker`, DOCKER_HOST and the like. */
  env: NodeJS.ProcessEnv;
  /** Where the Compose files are. */
  cwd: string;
  /** Folder for the logs of `work`. */
  logDir: string;
  /** Ends running commands. */
  signal?: AbortSignal;
  /** Contains each command until it ends. */
  running?: Set<Promise<unknown>>;
}

export interface ShellOptions {
  /** Sends SIGINT after this time. */
  forMs?: number;
  /** Standard input. */
  input?: string;
}

/** Docker's client. */
export interface Docker {
  /** Runs a shell command such as `docker compose ps`. Does not throw at an exit code other than 0. */
  shell(command: string, options?: ShellOptions): Promise<Outcome>;
  /** @returns standard output @throws StackError with the last lines */
  run(...args: string[]): Promise<string>;
  /** @returns whether the exit code is 0 */
  succeeds(...args: string[]): Promise<boolean>;
  /** Writes the output of a long command to `<name>.log`. @throws StackError with its last lines */
  work(name: string, args: readonly string[]): Promise<void>;
}

const LAST_LINES = 20;

export function createDocker({ env, cwd, logDir, signal, running }: DockerOptions): Docker {
  /**
   * Starts the command in a new process group and signals the group. Compose is a child process of the client and
   * expects a terminal to signal both.
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
    // `exec`: signals reach the command, not a shell.
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
