import type { RequestListener } from 'node:http';
import { createBoundedServer, type ServerLimits } from '@aio/http/bounded-server';
import { type GracefulStop, prepareStop } from '@aio/http/graceful-stop';
import { listen } from '@aio/http/listen';

/** Koa, the compression and our middleware listen to one response. Node.js warns of a leak above ten listeners. */
const MOST_LISTENERS = 20;

export interface ApiServer extends Pick<GracefulStop, 'retire' | 'close'> {
  readonly port: number;
}

/**
 * @param options.onDropped called for each connection that the server closed because it had too many
 * @param options.limits override the limits of `createBoundedServer`
 * @throws ListenError
 */
export async function startServer(
  handler: RequestListener,
  options: {
    host: string;
    port: number;
    onDropped?: () => void;
    limits?: Partial<ServerLimits>;
  },
): Promise<ApiServer> {
  const { host, port, limits, onDropped = () => undefined } = options;
  const listener: RequestListener = (request, response) => {
    response.setMaxListeners(MOST_LISTENERS);
    handler(request, response);
  };
  const server = createBoundedServer(listener, limits);
  server.on('drop', onDropped);

  const { retire, close } = prepareStop(server);
  return { port: await listen(server, { host, port, setting: 'PORT' }), retire, close };
}
