import { run } from 'node:test';
import type { TestEvent } from './tally.ts';

/** A test that hangs fails after this. The longest takes six minutes, and three times as long on a slow machine. */
const TEST_TIMEOUT_MS = 30 * 60_000;
/** The timeout of node:test ends tests, but what they left open can keep the process alive. */
const SILENT_FOR_MS = TEST_TIMEOUT_MS + 60_000;

export interface RunFileOptions {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  take: (event: TestEvent) => void;
  silentForMs?: number;
}

/** Runs a test file in its own process. If it prints nothing for too long, the process ends and the file fails. */
export async function runFile(file: string, options: RunFileOptions): Promise<void> {
  const { env, take, silentForMs = SILENT_FOR_MS } = options;
  const silence = new AbortController();
  const seconds = silentForMs / 1000;
  const giveUp = () =>
    silence.abort(
      new Error(
        `no output of the file for ${seconds} s: a test hangs, or something it left open (a server, a connection, a timer) keeps the process alive`,
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
