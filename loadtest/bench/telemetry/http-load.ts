import { Client } from 'undici';

/**
 * Requests one URL for `forMs`, on `connections` connections with one request each at a time.
 * @throws Error if an answer is not 200 or a connection ends
 */
export async function loadUrl(
  url: string,
  options: { connections: number; forMs: number; authorization?: string },
) {
  const { connections, forMs, authorization } = options;
  const { origin, pathname } = new URL(url);
  const headers = authorization === undefined ? {} : { authorization };
  const clients = Array.from({ length: connections }, () => new Client(origin));
  const startedAt = performance.now();

  async function askOften(client: Client): Promise<number> {
    let answers = 0;
    while (performance.now() < startedAt + forMs) {
      const { statusCode, body } = await client.request({ path: pathname, method: 'GET', headers });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`expected status 200, got ${statusCode}: ${text}`);
      answers += 1;
    }
    return answers;
  }

  try {
    const answers = await Promise.all(clients.map(askOften));
    const requests = answers.reduce((sum, one) => sum + one, 0);
    return { perSecond: (requests * 1000) / (performance.now() - startedAt), requests };
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
}
