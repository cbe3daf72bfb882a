import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { startHttpServer } from '@aio/tools/testing/http-server';

/** Balances requests over several APIs. If a connection fails, it retries at the next API. */
export interface Balancer {
  readonly url: string;
  /** Number of retries by error code. */
  readonly retries: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** @param origins of the APIs. Requests must be idempotent. */
export async function startBalancer(origins: readonly string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const retries = new Map<string, number>();
  let turn = 0;

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming as AsyncIterable<Buffer>) pieces.push(piece);
    // A local start index: other requests advance `turn`, and each must try every API.
    const first = turn++;
    const failures: string[] = [];
    for (let attempt = 0; attempt < origins.length; attempt++) {
      const origin = origins[(first + attempt) % origins.length] as string;
      try {
        const answer = await pass(origin, incoming, Buffer.concat(pieces));
        outgoing.writeHead(answer.statusCode ?? 502, toPass(answer.headers));
        answer.pipe(outgoing);
        return;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
        retries.set(code, (retries.get(code) ?? 0) + 1);
        failures.push(`${origin}: ${(error as Error).message}`);
      }
    }
    outgoing.writeHead(502, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ title: 'no API answers', failures }));
  }

  function pass(origin: string, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { method, headers, url = '/' } = incoming;
      const { host: _host, ...kept } = toPass(headers);
      const upstream = request(new URL(url, origin), { method, headers: kept, agent }, resolve);
      upstream.once('error', reject);
      upstream.end(body);
    });
  }

  const server = await startHttpServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  return {
    url: server.url,
    retries,
    async close() {
      agent.destroy();
      await server.close();
    },
  };
}

/** Removes headers that apply to only one connection. */
function toPass(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _connection, 'keep-alive': _keepAlive, ...passed } = headers;
  return passed;
}
