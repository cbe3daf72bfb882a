import { startHttpServer } from '@aio/tools/testing/http-server';
import type { ServerResponse } from 'node:http';
import type { Attack } from './attack.ts';
import { countCodes } from './count.ts';

const ENCODED_CALLS = 12;
const ANSWER = '%41'.repeat(5_000_000);

export const ENCODED_ANSWERS: Attack = {
  name: 'encoded-answers',
  what: `a server answers ${ENCODED_CALLS} requests that contain a secret with 15 MB in percent-encoding`,
  limits: 'no step fails with `internal`',
  async prepare({ open, checks, defer }) {
    const { bed, builder } = await open();
    const server = await startHttpServer((_, response) => response.end(ANSWER));
    defer(server.close);
    await bed.system.api.putSecret('key', 'a-secret-of-some-length');
    const headers = { authorization: 'Bearer ${{ secrets.key }}' };
    const step = {
      type: 'http' as const,
      with: { url: server.url, headers },
      timeout: '60s',
      onFailure: 'continue' as const,
    };
    const over = Array.from({ length: ENCODED_CALLS }, (_, item) => item);
    await builder.createWorkflow({
      name: 'encoded',
      steps: { calls: { type: 'map', over, concurrency: ENCODED_CALLS, step } },
    });
    return async () => {
      await builder.submitRun('encoded');
      await bed.settle(120_000);
      const codes = await countCodes(bed);
      checks.that(!codes.some((code) => code.includes('internal')), codes.join(', '));
      return codes;
    };
  },
};

const ENDLESS_CALLS = 64;
const TEXT = 'x'.repeat(60_000);

const ANTHROPIC_STARTS = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [],
      model: 'endless',
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
];
const ANTHROPIC_DELTA = {
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: TEXT },
};
const OPENAI_DELTA = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'endless',
  choices: [{ index: 0, delta: { content: TEXT }, finish_reason: null }],
};

export const ENDLESS_ANSWERS: Attack = {
  name: 'endless-answers',
  what: `models of two vendors stream ${ENDLESS_CALLS} answers without end to one worker`,
  limits: 'each step fails with `llm_answer_too_large`',
  async prepare({ open, defer }) {
    const vendor = await startHttpServer((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (request.url?.endsWith('/messages')) {
        for (const event of ANTHROPIC_STARTS) response.write(eventOf(event));
        repeat(response, eventOf(ANTHROPIC_DELTA));
      } else repeat(response, `data: ${JSON.stringify(OPENAI_DELTA)}\n\n`);
    });
    defer(vendor.close);
    const { bed, builder } = await open({
      env: {
        OPENAI_BASE_URL: `${vendor.url}/v1`,
        ANTHROPIC_BASE_URL: vendor.url,
        WORKER_KINDS: `llm:${ENDLESS_CALLS}`,
        LANE_OWNER_SHARE: '1',
      },
    });
    const models = ['openai/endless', 'anthropic/endless'];
    const steps = models.map((model, index) => {
      const step = {
        type: 'llm' as const,
        with: { model, prompt: 'Count.' },
        timeout: '20s',
        onFailure: 'continue' as const,
      };
      const over = Array.from({ length: ENDLESS_CALLS / models.length }, (_, item) => item);
      const map = { type: 'map' as const, over, concurrency: over.length, step };
      return [`s${index}`, map] as const;
    });
    await builder.createWorkflow({ name: 'endless', steps: Object.fromEntries(steps) });
    return async () => {
      await builder.submitRun('endless');
      await bed.settle();
      return countCodes(bed);
    };
  },
};

function eventOf(event: { type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Writes as fast as the client reads. */
function repeat(response: ServerResponse, text: string): void {
  const write = () => {
    while (!response.destroyed && response.write(text));
  };
  response.on('drain', write);
  write();
}
