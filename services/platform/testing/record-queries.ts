import type { TestContext } from 'node:test';
import { Client } from 'pg';

/** A statement that this process sent, the number of returned or changed rows, and the size of the returned ones as JSON. */
export interface RecordedQuery {
  text: string;
  rows: number | null;
  bytes: number;
}

/** Records the statements of all pools of this process until the test ends. Empty the list to start over. */
export function recordQueries(t: TestContext): RecordedQuery[] {
  const recorded: RecordedQuery[] = [];
  const send = Client.prototype.query as (...args: unknown[]) => unknown;
  t.mock.method(Client.prototype, 'query', function record(this: Client, ...args: unknown[]) {
    const sent = send.apply(this, args);
    const [query] = args as [{ text?: string } | undefined];
    if (query?.text !== undefined && sent instanceof Promise) {
      const one: RecordedQuery = { text: query.text, rows: null, bytes: 0 };
      recorded.push(one);
      sent.then(
        (result: { rowCount: number | null; rows: unknown[] }) => {
          one.rows = result.rowCount;
          one.bytes = JSON.stringify(result.rows).length;
        },
        () => undefined,
      );
    }
    return sent;
  });
  return recorded;
}
