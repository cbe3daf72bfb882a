import { type BareConnection, openBareConnection } from './bare-connection.ts';

export interface HttpLoad {
  perSecond: number;
  requests: number;
}

/**
 * Asks for one URL for `forMs`, on that many connections at once, each with one request on its way.
 * @throws Error at an answer that is not 200, and when a connection ends
 */
export async function loadUrl(
  url: string,
  options: { connections: number; forMs: number; authorization?: string },
): Promise<HttpLoad> {
  const { connections, forMs, authorization } = options;
  const { origin, host, pathname } = new URL(url);
  const credentials = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`;
  const request = Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${credentials}\r\n`);
  const opened = await Promise.all(
    Array.from({ length: connections }, () => openBareConnection(origin)),
  );
  try {
    const startedAt = performance.now();
    const each = await Promise.all(
      opened.map((connection) => askUntil(startedAt + forMs, connection, request)),
    );
    const ms = performance.now() - startedAt;
    const requests = each.reduce((sum, one) => sum + one, 0);
    return { perSecond: (requests * 1000) / ms, requests };
  } finally {
    for (const connection of opened) connection.close();
  }
}

/** @returns the number of requests */
async function askUntil(
  deadline: number,
  connection: BareConnection,
  request: Buffer,
): Promise<number> {
  let requests = 0;
  while (performance.now() < deadline) {
    const { status, body } = await connection.ask(request);
    if (status !== 200) throw new Error(`not the answer that was expected: ${status} ${body}`);
    requests += 1;
  }
  return requests;
}
