import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Submits runs without input over HTTP, many in one request or one. */
export interface BatchClient {
  /** @returns ids of the runs. @throws Error with the API's answer when it is not 202 */
  submit(workflow: string, runs: number): Promise<string[]>;
  close(): void;
}

/** node:http, which takes a third of the time of `fetch`: the client shares the machine's cores. */
export function createBatchClient(origin: string): BatchClient {
  const agent = new Agent({ keepAlive: true });

  async function post(path: string, body: string): Promise<unknown> {
    const answer = await new Promise<{ status: number | undefined; body: string }>(
      (resolve, reject) => {
        const sent = request(`${origin}/api/v1${path}`, {
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/json', 'content-length': body.length },
        });
        sent.once('error', reject);
        sent.once('response', (response) => {
          text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
        });
        sent.end(body);
      },
    );
    if (answer.status !== 202) throw new Error(`POST ${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  }

  return {
    async submit(workflow, runs) {
      if (runs === 1) return [((await post(`/workflows/${workflow}/runs`, '{}')) as Item).id];
      const body = `{"runs":[${Array.from({ length: runs }, () => '{}').join(',')}]}`;
      const { items } = (await post(`/workflows/${workflow}/runs/batch`, body)) as Batch;
      return items.map(({ id }) => id);
    },
    close: () => agent.destroy(),
  };
}

interface Item {
  id: string;
}

interface Batch {
  items: Item[];
}
