import { type BareConnection, openBareConnection } from './bare-connection.ts';

export interface HttpLoad {
  perSecond: number;
  requests: number;
}

/**
 * Requests one URL for `forMs`, on `connections` connections with one request each at a time.
 * @throws Error if an answer is not 200 or a connection ends
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
    if (status !== 200) throw new Error(`expected status 200, got ${status}: ${body}`);
    requests += 1;
  }
  return requests;
}
