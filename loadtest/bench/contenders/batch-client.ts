import type { MachineToken } from '@aio/stack/machine-token';
import {
  type Answer,
  type BareConnection,
  openBareConnection,
  Unanswered,
} from '../measure/bare-connection.ts';

/** Submits runs over HTTP. */
export interface BatchClient {
  /**
   * Submits `runs` runs with the same input in one request.
   * @returns their ids @throws Error with the API's answer unless it is 202
   */
  submit(workflow: string, runs: number, input?: unknown): Promise<string[]>;
  close(): void;
}

export function createBatchClient(origin: string, token: MachineToken): BatchClient {
  const { host } = new URL(origin);
  const idle: BareConnection[] = [];
  const open = new Set<BareConnection>();

  async function connect(): Promise<BareConnection> {
    const connection = await openBareConnection(origin);
    open.add(connection);
    return connection;
  }

  async function send(path: string, body: string): Promise<Answer> {
    const request = [
      `POST /api/v1${path} HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: Bearer ${await token()}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
    const reused = idle.pop();
    const connection = reused ?? (await connect());
    try {
      const answer = await connection.ask(request);
      idle.push(connection);
      return answer;
    } catch (error) {
      open.delete(connection);
      // The API closes connections after an idle minute, perhaps just when this request is sent.
      if (reused !== undefined && error instanceof Unanswered) return send(path, body);
      throw error;
    }
  }

  async function post<Answer>(path: string, body: string): Promise<Answer> {
    const answer = await send(path, body);
    if (answer.status === 202) return JSON.parse(answer.body) as Answer;
    throw new Error(`POST ${path}: ${answer.status} ${answer.body.slice(0, 500)}`);
  }

  return {
    async submit(workflow, runs, input) {
      const path = `/workflows/${workflow}/runs`;
      const run = JSON.stringify({ input });
      if (runs === 1) return [(await post<{ id: string }>(path, run)).id];
      const body = `{"runs":[${Array.from({ length: runs }, () => run).join(',')}]}`;
      return (await post<{ items: { id: string }[] }>(`${path}/batch`, body)).items.map(
        ({ id }) => id,
      );
    },
    close() {
      for (const connection of open) connection.close();
    },
  };
}
