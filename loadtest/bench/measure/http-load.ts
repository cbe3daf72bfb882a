import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface HttpLoad {
  /** Of the answers that came within the time. */
  perSecond: number;
  requests: number;
  /** Milliseconds of each request. */
  latencies: number[];
}

/**
 * Asks for one URL for `forMs`, on that many connections at once, each with one request on its way. By
 * bare sockets: what a client library takes of the machine's cores is missing to the server.
 * @throws Error at an answer that is not 200, and when a connection ends
 */
export async function loadUrl(
  url: string,
  options: { connections: number; forMs: number; authorization?: string },
): Promise<HttpLoad> {
  const { connections, forMs, authorization } = options;
  const { hostname, port, host, pathname } = new URL(url);
  const credentials = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
  const request = Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${credentials}\r\n`);
  const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname));
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const startedAt = performance.now();
    const each = await Promise.all(
      sockets.map((socket) => askUntil(startedAt + forMs, socket, request)),
    );
    const ms = performance.now() - startedAt;
    const latencies = each.flat();
    const requests = latencies.length;
    return { perSecond: (requests * 1000) / ms, requests, latencies };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** @returns the milliseconds of each request */
function askUntil(deadline: number, socket: Socket, request: Buffer): Promise<number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<number[]>();
  const latencies: number[] = [];
  let answer: Buffer = Buffer.alloc(0);
  let askedAt = 0;
  const ask = () => {
    answer = Buffer.alloc(0);
    askedAt = performance.now();
    socket.write(request);
  };
  socket.setNoDelay(true);
  socket.once('error', reject);
  socket.once('close', () => reject(new Error('a connection ended under load')));
  socket.on('data', (chunk: Buffer) => {
    answer = answer.length === 0 ? chunk : Buffer.concat([answer, chunk]);
    const whole = isWhole(answer);
    if (whole instanceof Error) return reject(whole);
    if (!whole) return;
    const now = performance.now();
    latencies.push(now - askedAt);
    if (now < deadline) ask();
    else resolve(latencies);
  });
  ask();
  return promise;
}

function isWhole(answer: Buffer): boolean | Error {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const head = answer.toString('latin1', 0, end);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (!head.startsWith('HTTP/1.1 200 ') || length === undefined)
    return new Error(`not the answer that was expected: ${answer.toString('utf8')}`);
  return answer.length >= end + 4 + Number(length);
}
