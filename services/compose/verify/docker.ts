import { runCommand } from '@aio/stack/command';
import { StackError } from '@aio/stack/stack-error';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What one command came to. */
export interface Outcome {
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
  signal?: AbortSignal | undefined;
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
  work(name: string, args: readonly string[], input?: string): Promise<void>;
}

const LAST_LINES = 20;

export function createDocker({ env, cwd, logDir, signal }: DockerOptions): Docker {
  const start = (command: string, args: readonly string[], { forMs, input }: ShellOptions = {}) =>
    new Promise<Outcome>((resolve, reject) => {
      const child = spawn(command, args, { cwd, env, signal, stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdin.end(input);
      let [output, stdout] = ['', ''];
      child.stdout.on('data', (data) => {
        output += data;
        stdout += data;
      });
      child.stderr.on('data', (data) => (output += data));
      child.once('error', reject);
      const timer = forMs === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), forMs);
      child.once('close', (code) => {
        clearTimeout(timer);
        resolve({ code, output, stdout });
      });
    });

  return {
    // `exec`: a signal reaches the command, not the shell before it.
    shell: (command, options) => start('sh', ['-c', `exec ${command}`], options),
    async run(...args) {
      const { code, output, stdout } = await start('docker', args);
      if (code === 0) return stdout;
      throw new StackError(`docker ${args.join(' ')} failed (code ${code})`, {
        details: output.trim().split('\n').slice(-LAST_LINES),
      });
    },
    succeeds: async (...args) => (await start('docker', args)).code === 0,
    work: (name, args, input) =>
      runCommand({
        purpose: `docker ${args.join(' ')}`,
        command: 'docker',
        args,
        env,
        cwd,
        logFile: join(logDir, `${name}.log`),
        signal,
        ...(input !== undefined && { input }),
      }),
  };
}
