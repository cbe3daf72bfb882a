import { StackError } from '@aio/stack/stack-error';
import { spawn } from 'node:child_process';

export interface Output {
  stdout: string;
  /** Warnings of the API server are in it. */
  stderr: string;
}

export interface Kubectl {
  /** @param input standard input. @throws StackError with what it said when it fails */
  run(args: readonly string[], input?: string): Promise<Output>;
}

/** Long enough for `kubectl wait`. */
const DEADLINE_MS = 120_000;

/** @param program of kubectl; @param kubeconfig the cluster that it speaks to, undefined = none */
export function createKubectl(
  program: string,
  options: {
    kubeconfig?: string;
    /** Its cache and its preferences are there: those of the user stay out of it. */
    home: string;
    env: NodeJS.ProcessEnv;
    signal: AbortSignal;
  },
): Kubectl {
  const { kubeconfig = '/dev/null', home, signal } = options;
  const env = { PATH: options.env.PATH, HOME: home, KUBECONFIG: kubeconfig };

  return {
    run: (args, input) =>
      new Promise((resolve, reject) => {
        const child = spawn(program, args, {
          env,
          signal,
          timeout: DEADLINE_MS,
          stdio: ['pipe', 'pipe', 'pipe'],
        });
        const chunks = { stdout: '', stderr: '' };
        for (const name of ['stdout', 'stderr'] as const)
          child[name].setEncoding('utf8').on('data', (text: string) => (chunks[name] += text));
        child.once('error', reject);
        // It may end before it has read all.
        child.stdin.on('error', () => undefined);
        child.stdin.end(input ?? '');
        child.once('close', (code) => {
          if (code === 0) return resolve(chunks);
          const line = `kubectl ${args.slice(0, 3).join(' ')} ended with code ${code}`;
          const said = `${chunks.stderr}\n${chunks.stdout}`.split('\n').filter(Boolean);
          reject(new StackError(line, { details: said.slice(0, 40) }));
        });
      }),
  };
}
