import { createServer, type RequestListener } from 'node:http';
import { prepareStop } from '@aio/http/graceful-stop';
import { listen } from '@aio/http/listen';

/** A server on a free loopback port, in place of a service around AIO. */
export interface HttpServer {
  /** Origin, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops the server and closes its connections. */
  close(): Promise<void>;
}

export async function startHttpServer(listener: RequestListener): Promise<HttpServer> {
  const server = createServer(listener);
  const stop = prepareStop(server);
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${port}`, port, close: () => stop.close(0) };
}
