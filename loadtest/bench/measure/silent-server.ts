import type { ServerResponse } from 'node:http';
import { type HttpServer, startHttpServer } from '../../lib/http-server.ts';

/** Accepts every request and never answers. Records when clients close their connections. */
export interface SilentServer extends HttpServer {
  /** Number of waiting requests. */
  open(): number;
  /** Times (`performance.now()`) at which clients closed connections since the last call. */
  takeAborts(): number[];
}

export async function startSilentServer(): Promise<SilentServer> {
  const waiting = new Set<ServerResponse>();
  let aborts: number[] = [];
  const server = await startHttpServer((request, response) => {
    request.resume();
    waiting.add(response);
    response.once('close', () => {
      waiting.delete(response);
      aborts.push(performance.now());
    });
  });
  return {
    ...server,
    open: () => waiting.size,
    takeAborts() {
      const taken = aborts;
      aborts = [];
      return taken;
    },
  };
}
