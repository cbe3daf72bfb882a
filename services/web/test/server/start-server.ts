import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { PROGRAMS } from '../browser/programs.ts';

export interface RunningServer {
  url: string;
  /** Sends SIGTERM; resolves when the server has stopped. */
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/**
 * Starts the built server on a free port, and stops it after the test.
 * @throws Error with its exit code and output when it ends instead of listening
 */
export async function startServer(
  t: TestContext,
  env: Record<string, string>,
): Promise<RunningServer> {
  const child = spawn(process.execPath, [PROGRAMS.webServer!], { env: { PORT: '0', ...env } });
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const output: string[] = [];
  async function stop(): ReturnType<RunningServer['stop']> {
    child.kill('SIGTERM');
    return exited;
  }
  t.after(stop);
  child.stderr.on('data', (text: Buffer) => output.push(text.toString()));
  const url = await Promise.race([readAddress(child.stdout), exited.then(() => null)]);
  if (url === null)
    throw new Error(`The server ended with ${(await exited).code}: ${output.join('')}`);
  return { url, stop };
}

/** Starts an HTTP server until the test ends, and returns its address. */
export async function startUpstream(t: TestContext, listener: RequestListener): Promise<string> {
  const { url, close } = await startHttpServer(listener);
  t.after(close);
  return url;
}

/** Starts the built server in front of an API that the test provides. */
export async function startInFrontOf(
  t: TestContext,
  api: RequestListener,
  env: Record<string, string> = {},
): Promise<RunningServer> {
  return startServer(t, { NUXT_API_BASE: await startUpstream(t, api), ...env });
}

/** The address in the line that the server prints when it listens; never resolves if it does not listen. */
async function readAddress(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const address = /http:\/\/\S+/.exec(line);
    if (address) return address[0];
  }
  return new Promise(() => {});
}
