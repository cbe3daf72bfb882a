import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Accepts every request and never answers. Records when clients close their connections. */
export interface SilentServer {
  readonly url: string;
  /** Number of waiting requests. */
  open(): number;
  /** Times (`performance.now()`) at which clients closed connections since the last call. */
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
