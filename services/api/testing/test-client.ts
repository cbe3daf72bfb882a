import assert from 'node:assert/strict';
import type { OpenApiDocument } from '../http/open-api.ts';
import { createResponseCheck } from './check-response.ts';

/** A client with a token: of the admin `local`, or of the person given to `as`. */
export interface TestClient {
  /** Sent with each request. */
  headers: Record<string, string>;
  call(method: string, path: string, options?: CallOptions): Promise<TestAnswer>;
  get(path: string): Promise<TestAnswer>;
  /** Sends a body that is no string as JSON. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  /** Starts a run and returns its id. */
  submit(workflow?: string, input?: object): Promise<string>;
}

export interface CallOptions {
  body?: string | Uint8Array | undefined;
  headers?: Record<string, string>;
}

export interface TestAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON, otherwise text. */
  // oxlint-disable-next-line typescript/no-explicit-any -- its schema has been checked
  body: any;
}

/** Methods of routes. The document has no responses to other methods. */
const CHECKED = ['GET', 'POST', 'PUT', 'DELETE'];

/**
 * Returns a function that creates a client with these headers. The clients check every response
 * against the OpenAPI document.
 */
export function createTestClients(
  url: string,
  document: OpenApiDocument,
): (headers: Record<string, string>) => TestClient {
  const check = createResponseCheck(document);

  async function call(
    method: string,
    path: string,
    { body, headers = {} }: CallOptions,
  ): Promise<TestAnswer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      body: body ?? null,
      redirect: 'manual',
    });
    const contentType = response.headers.get('content-type') ?? '';
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json/.test(contentType) && text !== '';
    const answer = isJson ? (JSON.parse(text) as unknown) : text;
    if (CHECKED.includes(method))
      check(method.toLowerCase(), path, { status: response.status, contentType, body: answer });
    return { status: response.status, headers: response.headers, body: answer };
  }

  return function clientWith(own) {
    const client: TestClient = {
      headers: own,
      call: (method, path, { body, headers } = {}) =>
        call(method, path, { body, headers: { ...own, ...headers } }),
      get: (path) => client.call('GET', path),
      post(path, body, headers = {}) {
        if (body === undefined) return client.call('POST', path, { headers });
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        return client.call('POST', path, {
          body: text,
          headers: { 'content-type': 'application/json', ...headers },
        });
      },
      async submit(workflow = 'chain', input = { n: 1 }) {
        const answer = await client.post(`/api/v1/workflows/${workflow}/runs`, { input });
        assert.equal(answer.status, 202, JSON.stringify(answer.body));
        return answer.body.id;
      },
    };
    return client;
  };
}
