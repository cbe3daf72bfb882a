import type { ApiClient } from '@aio/tools/system/client';
import { waitForSuccess } from '../../compose/checks/product.ts';
import { StackError } from '@aio/tools/stack-error';
import { setTimeout as sleep } from 'node:timers/promises';

const WORKFLOW = 'verify-load';
const CLIENTS = 4;
const PAUSE_MS = 200;

/** Clients that submit, read and list runs. */
export interface Load {
  /** Ends the load and waits for its runs. @returns figures @throws StackError if a request or a run failed */
  stop(): Promise<string>;
}

export async function startLoad(client: ApiClient): Promise<Load> {
  await client.createWorkflow({
    name: WORKFLOW,
    steps: {
      ask: { type: 'llm', with: { model: 'openai/gpt-6-luna', prompt: 'Say that all is well.' } },
      last: { type: 'transform', needs: ['ask'], with: { value: 1 } },
    },
  });
  const accepted: string[] = [];
  const failures: string[] = [];
  let requests = 0;
  let isOver = false;

  async function request<Answer>(work: Promise<Answer>): Promise<Answer | undefined> {
    requests++;
    try {
      return await work;
    } catch (error) {
      failures.push(describeFailure(error));
      return undefined;
    }
  }

  async function runClient(): Promise<void> {
    while (!isOver) {
      const run = await request(client.submitRun(WORKFLOW));
      if (run !== undefined) accepted.push(run.id);
      if (run !== undefined) await request(client.getRun(run.id));
      await request(client.listOpenRuns({ workflow: WORKFLOW, limit: 20 }));
      await sleep(PAUSE_MS);
    }
  }
  const clients = Array.from({ length: CLIENTS }, runClient);

  return {
    async stop() {
      isOver = true;
      await Promise.all(clients);
      for (const id of accepted) await waitForSuccess(client, id);
      const figures = `${requests} requests, ${accepted.length} runs succeeded`;
      if (failures.length === 0) return `${figures}, none failed`;
      throw new StackError(`${figures}, ${failures.length} requests failed`, {
        details: [...new Set(failures)].slice(0, 10),
      });
    },
  };
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined
    ? error.message
    : `${error.message}: ${describeFailure(error.cause)}`;
}
