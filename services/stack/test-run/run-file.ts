import { run } from 'node:test';
import type { TestEvent } from './tally.ts';

/** A test that hangs fails, long after any that works has ended. */
const TEST_TIMEOUT_MS = 10 * 60_000;
/** The limit of node:test ends tests; what they left open keeps a process beyond it. */
const SILENT_FOR_MS = TEST_TIMEOUT_MS + 60_000;

export interface RunFileOptions {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  take: (event: TestEvent) => void;
  silentForMs?: number;
}

/** One test file, in a process of its own, which is ended, and fails, when it is silent for too long. */
export async function runFile(file: string, options: RunFileOptions): Promise<void> {
  const { env, take, silentForMs = SILENT_FOR_MS } = options;
  const silence = new AbortController();
  const seconds = silentForMs / 1000;
  const giveUp = () =>
    silence.abort(
      new Error(
        `no output of the file for ${seconds} s: a test of it hangs, or what one left open (a server, a connection, a timer) keeps its process from ending`,
      ),
    );
  const timer = setTimeout(giveUp, silentForMs);
  const signal = AbortSignal.any([options.signal, silence.signal]);
  try {
    for await (const event of run({
      files: [file],
      concurrency: 1,
      timeout: TEST_TIMEOUT_MS,
      env,
      signal,
    })) {
      timer.refresh();
      take(event);
    }
  } finally {
    clearTimeout(timer);
  }
}
