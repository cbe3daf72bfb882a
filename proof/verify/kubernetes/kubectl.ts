import { type Part, startPart } from '@aio/tools/process/process';
import { StackError } from '@aio/tools/stack-error';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Output {
  stdout: string;
  /** Contains warnings of the API server. */
  stderr: string;
}

export interface Kubectl {
  /** @param input standard input @throws StackError with kubectl's output if it fails */
  run(args: readonly string[], input?: string): Promise<Output>;
  /** Forwards a port of this machine to a Service or pod of a namespace, until `part` ends. */
  forward(namespace: string, target: string, port: number): Promise<Forward>;
}

export interface Forward {
  part: Part;
  port: number;
}

/** Exceeds the timeouts of `kubectl wait`. */
const DEADLINE_MS = 120_000;

/** @param program path of kubectl @param options.kubeconfig undefined = no cluster */
export function createKubectl(
  program: string,
  options: {
    kubeconfig?: string;
    /** kubectl's HOME, so that it ignores your cache and preferences; also has the logs of `forward`. */
    home: string;
    env: NodeJS.ProcessEnv;
    signal: AbortSignal;
  },
): Kubectl {
  const { kubeconfig = '/dev/null', home, signal } = options;
  const env = { PATH: options.env.PATH, HOME: home, KUBECONFIG: kubeconfig };

  return {
    run: (args, input = '') =>
      new Promise((resolve, reject) => {
        const child = spawn(program, args, { env, signal, timeout: DEADLINE_MS });
        const chunks = { stdout: '', stderr: '' };
        for (const name of ['stdout', 'stderr'] as const)
          child[name].setEncoding('utf8').on('data', (text: string) => (chunks[name] += text));
        child.once('error', reject);
        // kubectl may end before it has read all input.
        child.stdin.on('error', () => undefined);
        child.stdin.end(input);
        child.once('close', (code) => {
          if (code === 0) return resolve(chunks);
          const line = `kubectl ${args.slice(0, 3).join(' ')} ended with code ${code}`;
          const said = `${chunks.stderr}\n${chunks.stdout}`.split('\n').filter(Boolean);
          reject(new StackError(line, { details: said.slice(0, 40) }));
        });
      }),
    async forward(namespace, target, port) {
      const name = `forward-${target.replace('/', '-')}-${port}`;
      const part = await startPart({
        name,
        command: program,
        args: ['port-forward', `--namespace=${namespace}`, target, `:${port}`],
        env,
        logFile: join(home, `${name}.log`),
        isReady: (part) => portOf(part) !== undefined,
      });
      signal.addEventListener('abort', () => void part.kill(), { once: true });
      return { part, port: portOf(part) ?? 0 };
    },
  };
}

function portOf(part: Part): number | undefined {
  const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+)/m.exec(part.lastLines().join('\n')) ?? [];
  return port === undefined ? undefined : Number(port);
}
