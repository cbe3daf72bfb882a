import type { MachineToken } from '@aio/stack/machine-token';
import {
  type Answer,
  type BareConnection,
  openBareConnection,
  Unanswered,
} from '../measure/bare-connection.ts';

/** Submits runs over HTTP. All have the same input, by default none. */
export interface BatchClient {
  /** In one request. @returns ids of the runs. @throws Error with the API's answer, unless it is 202 */
  submitMany(workflow: string, runs: number, input?: unknown): Promise<string[]>;
  /** @returns id of the run. @throws Error with the API's answer, unless it is 202 */
  submitOne(workflow: string, input?: unknown): Promise<string>;
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
      // The API closes what was idle for a minute, maybe at the moment in which it is used again.
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
    async submitMany(workflow, runs, input) {
      const run = JSON.stringify({ input });
      const body = `{"runs":[${Array.from({ length: runs }, () => run).join(',')}]}`;
      const path = `/workflows/${workflow}/runs/batch`;
      return (await post<{ items: { id: string }[] }>(path, body)).items.map(({ id }) => id);
    },
    async submitOne(workflow, input) {
      const body = JSON.stringify({ input });
      return (await post<{ id: string }>(`/workflows/${workflow}/runs`, body)).id;
    },
    close() {
      for (const connection of open) connection.close();
    },
  };
}
