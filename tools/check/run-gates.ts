import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Gate } from './gates.ts';

export interface GateResult {
  name: string;
  /** Output of the command, if it failed. */
  failure?: string;
  seconds: number;
}

/**
 * Runs all gates, `concurrency` at a time, and writes a line when each one ends.
 * @returns one result per gate, in the order in which they end
 */
export async function runGates(
  gates: readonly Gate[],
  options: {
    root: string;
    env: NodeJS.ProcessEnv;
    concurrency: number;
    write: (line: string) => void;
    signal?: AbortSignal;
  },
): Promise<GateResult[]> {
  const results: GateResult[] = [];
  const work = async (waiting: Iterable<Gate>) => {
    for (const gate of waiting) {
      const result = await runGate(gate, options);
      results.push(result);
      const mark = result.failure === undefined ? '✔' : '✖';
      options.write(`${mark} ${gate.name}  (${result.seconds.toFixed(1)} s)`);
    }
  };
  for (const last of [false, true]) {
    // All share one iterator, so each takes the next free gate.
    const waiting = gates.filter((gate) => (gate.last ?? false) === last).values();
    await Promise.all(Array.from({ length: options.concurrency }, () => work(waiting)));
  }
  return results;
}

function runGate(
  gate: Gate,
  { root, env, signal }: { root: string; env: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<GateResult> {
  const started = Date.now();
  const [command, ...args] = gate.command as [string, ...string[]];
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      {
        cwd: join(root, gate.cwd ?? ''),
        env: { ...env, NO_COLOR: '1' },
        maxBuffer: 64 * 2 ** 20,
        ...(signal && { signal }),
      },
      (error, stdout, stderr) => {
        const seconds = (Date.now() - started) / 1000;
        const output = `${stdout}${stderr}`.trim();
        const failure = error ? output || error.message : undefined;
        resolve({ name: gate.name, seconds, ...(failure !== undefined && { failure }) });
      },
    );
  });
}
