import type { TestContext } from 'node:test';
import { type HttpServer, startHttpServer } from '@aio/tools/testing/http-server';

/** A Prometheus that has no data, and no rules. */
export async function startQuietPrometheus(t: TestContext): Promise<HttpServer> {
  const yaml = 'global:\n  scrape_interval: 15s\n';
  const data = { resultType: 'vector', result: [], groups: [], yaml };
  const server = await startHttpServer((request, response) => {
    const isList = /\/(series|query_exemplars)(\?|$)/.test(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: isList ? [] : data }));
  });
  t.after(server.close);
  return server;
}
