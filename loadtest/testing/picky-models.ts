import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { startHttpServer } from '@aio/stack/testing/http-server';

/** OpenAI's API in front of the simulator. It answers 429 to one model, with a Retry-After of an hour. */
export interface PickyModels {
  readonly url: string;
  refused(): number;
  /** Sets the server for calls of all other models. */
  forwardTo(url: string): void;
}

export async function startPickyModels(t: TestContext, refusedModel: string): Promise<PickyModels> {
  let refused = 0;
  let target = '';
  const { url, close } = await startHttpServer(async (request, response) => {
    const body = await text(request);
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
  t.after(close);
  return {
    url,
    refused: () => refused,
    forwardTo(url) {
      target = url;
    },
  };
}
