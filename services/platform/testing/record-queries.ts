import type { TestContext } from 'node:test';
import { Client } from 'pg';

/** A statement that this process sent, and the number of returned or changed rows. */
export interface RecordedQuery {
  text: string;
  rows: number | null;
}

/** Records the statements of all pools of this process until the test ends. Empty the list to start over. */
export function recordQueries(t: TestContext): RecordedQuery[] {
  const recorded: RecordedQuery[] = [];
  const send = Client.prototype.query as (...args: unknown[]) => unknown;
  t.mock.method(Client.prototype, 'query', function record(this: Client, ...args: unknown[]) {
    const sent = send.apply(this, args);
    const [query] = args as [{ text?: string } | undefined];
    if (query?.text !== undefined && sent instanceof Promise) {
      const one: RecordedQuery = { text: query.text, rows: null };
      recorded.push(one);
      sent.then(
        ({ rowCount }: { rowCount: number | null }) => (one.rows = rowCount),
        () => undefined,
      );
    }
    return sent;
  });
  return recorded;
}
