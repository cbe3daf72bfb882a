import { type Call, sendJson } from '../call.ts';

const STATUS = /^\/echo\/([2-5]\d\d)\b/;

/**
 * `/echo/<status>` and any path below it: returns the request as careless services do: headers and body as JSON, a decoded
 * login, a form, an error's message, a header. The first `fail` calls of a key get 503. `Simulator.echoed()` has the
 * requests.
 */
export function answerEcho(call: Call): void {
  const { request, response, url, body } = call;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const { method = '' } = request;
  call.keep({ method, path: url.pathname, headers, body });

  const { authorization = '' } = headers;
  const sent = JSON.stringify({ headers, body });
  const fields = (typeof body === 'string' ? { body } : body) as Record<string, string>;
  const fails = call.nth <= Number(url.searchParams.get('fail') ?? 0);
  const status = fails ? 503 : Number(STATUS.exec(url.pathname)?.[1] ?? 200);
  response.setHeader('x-echo', authorization);
  sendJson(call, status, {
    method,
    headers,
    body,
    decoded: Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString(),
    form: new URLSearchParams({ ...headers, ...fields }).toString(),
    error: { type: 'echo', message: `${sent} was sent with ${authorization}` },
  });
}
