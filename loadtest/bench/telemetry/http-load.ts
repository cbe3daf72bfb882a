import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

interface HttpLoad {
  perSecond: number;
  requests: number;
}

/**
 * Requests one URL for `forMs`, on `connections` connections with one request each at a time. It speaks HTTP/1.1 over
 * bare sockets, because it shares the cores with the measured server: `node:http` takes 120 µs of CPU for an idle
 * request, this takes 30.
 * @throws Error if an answer is not 200 or a connection ends
 */
export async function loadUrl(
  url: string,
  options: { connections: number; forMs: number; authorization?: string },
): Promise<HttpLoad> {
  const { connections, forMs, authorization } = options;
  const { hostname, port, host, pathname } = new URL(url);
  const credentials = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
  const request = Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${credentials}\r\n`);
  const sockets = Array.from({ length: connections }, () =>
    connect({ port: Number(port), host: hostname, noDelay: true }),
  );
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const startedAt = performance.now();
    const each = await Promise.all(
      sockets.map((socket) => askOften(socket, request, startedAt + forMs)),
    );
    const ms = performance.now() - startedAt;
    const requests = each.reduce((sum, one) => sum + one, 0);
    return { perSecond: (requests * 1000) / ms, requests };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

const NOTHING = Buffer.alloc(0);

/** Sends the request again after each answer. @returns the number of answers */
function askOften(socket: Socket, request: Buffer, deadline: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let received: Buffer = NOTHING;
  let answers = 0;
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const problem = findProblem(received);
    if (problem === null) return;
    received = NOTHING;
    answers += 1;
    if (problem !== '') reject(new Error(problem));
    else if (performance.now() < deadline) socket.write(request);
    else resolve(answers);
  });
  // 'close' reports the failure. The error differs by chance when the server closes a connection.
  socket.on('error', () => {});
  socket.on('close', () => {
    const how =
      received.length === 0 ? 'the connection ended without an answer' : 'an answer was cut off';
    reject(new Error(how));
  });
  socket.write(request);
  return promise;
}

const HEAD_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;

/** @returns empty = the answer is complete with status 200; null = it is incomplete */
function findProblem(received: Buffer): string | null {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd === -1) return null;
  const head = received.toString('latin1', 0, headEnd);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (length === undefined) return `an answer without a Content-Length: ${head}`;
  const bodyAt = headEnd + HEAD_END.length;
  const bodyEnd = bodyAt + Number(length);
  if (received.length < bodyEnd) return null;
  const status = head.slice(STATUS_AT, STATUS_AT + 3);
  if (status === '200') return '';
  return `expected status 200, got ${status}: ${received.toString('utf8', bodyAt, bodyEnd)}`;
}
