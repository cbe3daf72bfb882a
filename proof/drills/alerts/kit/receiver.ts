import { json } from 'node:stream/consumers';
import { startHttpServer } from '@aio/tools/testing/http-server';

type Labels = Readonly<Record<string, string>>;

/** One alert in a message of Alertmanager. */
export interface Arrival {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly status: 'firing' | 'resolved';
  readonly alert: string;
  readonly labels: Labels;
  /** The text that people read. */
  readonly summary: string;
}

/** A group of alerts, as Alertmanager posts it. */
export interface Message {
  groupKey: string;
  alerts: { status: Arrival['status']; labels: Labels; annotations: Labels }[];
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A webhook that records the messages of Alertmanager. */
export async function startReceiver() {
  const arrivals: Arrival[] = [];
  const listeners: ((message: Message) => void)[] = [];
  const server = await startHttpServer(async (request, response) => {
    const at = Date.now();
    const message = (await json(request)) as Message;
    for (const { status, labels, annotations } of message.alerts) {
      const { alertname: alert = '', ...own } = labels;
      arrivals.push({ at, status, alert, labels: own, summary: annotations['summary'] ?? '' });
    }
    for (const listener of listeners) listener(message);
    response.end();
  });
  return {
    ...server,
    arrivals: arrivals as readonly Arrival[],
    /** Calls `listener` with every further message. */
    listen: (listener: (message: Message) => void) => void listeners.push(listener),
  };
}
