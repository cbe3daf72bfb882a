import { setTimeout as sleep } from 'node:timers/promises';
import { toNodeListener } from 'h3';
import { useNitroApp } from 'nitropack/runtime';
import { ConfigError, readConfig } from './config';
import { securityHeaders } from './security-headers';
import { createPageServer } from './page-server';
import { prepareStop } from '@aio/http/graceful-stop';
import { listen, ListenError } from '@aio/http/listen';

/** How long requests in flight may continue; the API has the same limit. */
const GRACE_MS = 10_000;

/**
 * Entry of the built server. It replaces Nitro's, which listens on every interface and waits 30 s for event streams at
 * shutdown.
 */
async function main(): Promise<void> {
  const { host, port, publicUrl, shutdownDelayMs } = readConfig(process.env);
  const headers = new Headers(securityHeaders(publicUrl));
  const answer = toNodeListener(useNitroApp().h3App);
  const server = createPageServer((request, response) => {
    response.setHeaders(headers);
    void answer(request, response);
  });
  const stop = prepareStop(server);
  const bound = await listen(server, { host, port, setting: 'PORT' });
  console.log(`Web UI on http://${host.includes(':') ? `[${host}]` : host}:${bound}`);

  async function end(): Promise<void> {
    stop.retire();
    stop.endStreams();
    await sleep(shutdownDelayMs);
    await stop.close(GRACE_MS);
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());
}

function fail(line: string, exitCode: number): never {
  console.error(line);
  process.exit(exitCode);
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) fail(error.message, 78);
  if (error instanceof ListenError) fail(error.message, 1);
  throw error;
});
