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

export type Inbox = ReturnType<typeof createInbox>;
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** Records the messages of Alertmanager. */
export function createInbox() {
  const arrivals: Arrival[] = [];
  const listeners: ((message: Message) => void)[] = [];
  return {
    arrivals: arrivals as readonly Arrival[],
    receive(message: Message): void {
      const at = Date.now();
      for (const { status, labels, annotations } of message.alerts) {
        const { alertname: alert = '', ...own } = labels;
        arrivals.push({ at, status, alert, labels: own, summary: annotations['summary'] ?? '' });
      }
      for (const listener of listeners) listener(message);
    },
    /** Calls `listener` with every further message. */
    listen: (listener: (message: Message) => void) => void listeners.push(listener),
  };
}

/** A webhook in front of an inbox. */
export async function startReceiver() {
  const { receive, ...inbox } = createInbox();
  const server = await startHttpServer(async (request, response) => {
    receive((await json(request)) as Message);
    response.end();
  });
  return { ...server, ...inbox };
}
