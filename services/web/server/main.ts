import { toNodeListener } from 'h3';
import { useNitroApp } from 'nitropack/runtime';
import { ConfigError, readConfig } from './config';
import { securityHeaders } from './security-headers';
import { createPageServer } from './page-server';
import { prepareStop } from './prepare-stop';

/**
 * Entry of the built server. It replaces Nitro's, which listens on every interface and waits 30 s for event streams at
 * shutdown.
 */
function main(): void {
  const { host, port, publicUrl, shutdownDelayMs } = readConfig(process.env);
  const headers = new Headers(securityHeaders(publicUrl));
  const answer = toNodeListener(useNitroApp().h3App);
  const server = createPageServer((request, response) => {
    response.setHeaders(headers);
    void answer(request, response);
  });
  server.once('error', (error) => fail(`Cannot listen on ${host}:${port}: ${error.message}`, 1));
  server.listen(port, host, () => {
    const address = server.address();
    const bound = typeof address === 'object' && address ? address.port : port;
    console.log(`Web UI on http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
  });
  const stop = prepareStop(server, { delayMs: shutdownDelayMs });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)));
}

function fail(line: string, exitCode: number): never {
  console.error(line);
  process.exit(exitCode);
}

try {
  main();
} catch (error) {
  if (error instanceof ConfigError) fail(error.message, 78);
  throw error;
}
