import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** OpenAI's API in front of the simulator, with one model that is above its rate for an hour. */
export interface PickyModels {
  readonly url: string;
  /** Calls of that model. */
  refused(): number;
  /** Where the calls of all others go. */
  forwardTo(url: string): void;
}

export async function startPickyModels(t: TestContext, refusedModel: string): Promise<PickyModels> {
  let refused = 0;
  let target = '';
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    if ((JSON.parse(body) as { model: string }).model === refusedModel) {
      refused++;
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '3600' });
      response.end('{"error":{"message":"above the rate","type":"rate_limit_exceeded"}}');
      return;
    }
    const headers = { 'content-type': 'application/json', authorization: 'Bearer test' };
    const answer = await fetch(`${target}${request.url}`, { method: 'POST', headers, body });
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
    });
    response.end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    forwardTo(url) {
      target = url;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
