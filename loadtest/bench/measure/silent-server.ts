import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Takes every request and never answers; knows when the other side gave up. */
export interface SilentServer {
  readonly url: string;
  /** Requests that wait. */
  open(): number;
  /** When connections were given up since the last call, as `performance.now()`. */
  takeAborts(): number[];
  close(): Promise<void>;
}

export async function startSilentServer(): Promise<SilentServer> {
  const waiting = new Set<ServerResponse>();
  let aborts: number[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    request.resume();
    waiting.add(response);
    response.once('close', () => {
      waiting.delete(response);
      aborts.push(performance.now());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => waiting.size,
    takeAborts() {
      const taken = aborts;
      aborts = [];
      return taken;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
