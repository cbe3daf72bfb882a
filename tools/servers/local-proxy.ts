import { createServer, request as send } from 'node:http';
import { pipeline } from 'node:stream';
import { listen } from '@aio/http/listen';
import { whyForeign } from '@aio/http/loopback';

/**
 * Passes requests on to a server that answers the scripts of every site, except those that come from other sites. It lasts
 * as long as this process has something else to do.
 * @param target no slash at the end
 * @throws ListenError
 */
export async function startLocalProxy(port: number, target: string): Promise<void> {
  const server = createServer((request, response) => {
    const reason = whyForeign(request);
    if (reason !== null) return void response.writeHead(403).end(`${reason}\n`);
    const { method, url, headers } = request;
    const passed = send(`${target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    pipeline(request, passed, (error) => {
      if (error) response.destroy();
    });
    passed.on('error', () => response.destroy());
  });
  server.on('connection', (socket) => void socket.unref());
  await listen(server, { host: '127.0.0.1', port });
  server.unref();
}
