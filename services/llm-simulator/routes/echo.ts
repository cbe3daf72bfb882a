import { type Call, sendJson } from '../call.ts';

const STATUS = /^\/echo\/([2-5]\d\d)\b/;

/**
 * `/echo/<status>`, and whatever path below it: tells back all that it was sent, in the spellings that
 * careless services use: headers and body as JSON, a login decoded, a form, an error's message, a header.
 * The first `fail` calls of a key get 503. What was sent is kept: `Simulator.echoed()`.
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
  const fails = call.nth <= Number(url.searchParams.get('fail') ?? 0);
  const status = fails ? 503 : Number(STATUS.exec(url.pathname)?.[1] ?? 200);
  response.setHeader('x-echo', authorization);
  sendJson(call, status, {
    method,
    headers,
    body,
    decoded: Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString(),
    form: new URLSearchParams({ ...headers, sent }).toString(),
    error: { type: 'echo', message: `${sent} was sent with ${authorization}` },
  });
}
