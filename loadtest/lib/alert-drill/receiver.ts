import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What Alertmanager has told of one alert. */
export interface Arrival {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly status: 'firing' | 'resolved';
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Somebody's webhook: takes what Alertmanager posts, and remembers when. */
export interface Receiver {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  close(): Promise<void>;
}

interface Message {
  alerts: { status: Arrival['status']; labels: Record<string, string> }[];
}

export async function startReceiver(): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const server = createServer(async (request, response) => {
    const at = Date.now();
    const { alerts } = (await json(request)) as Message;
    for (const { status, labels } of alerts) {
      const { alertname: alert = '', ...own } = labels;
      arrivals.push({ at, status, alert, labels: own });
    }
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/alerts`,
    arrivals,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
