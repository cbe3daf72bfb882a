import { createAnthropicProvider } from '../anthropic.ts';
import { createOpenAiProvider } from '../openai.ts';
import { createReply, type LlmReply } from '../provider.ts';

const CONFIG = { apiKey: 'any', baseUrl: 'http://vendor.example' };

/** Streams events to the provider as its vendor does. */
export async function streamFrom(
  vendor: 'openai' | 'anthropic',
  events: readonly object[],
  onChunk?: LlmReply['onChunk'],
): Promise<LlmReply> {
  const body = events.map((event) => `${nameOf(event)}data: ${JSON.stringify(event)}\n\n`).join('');
  const fetch = async () =>
    new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  const create = vendor === 'openai' ? createOpenAiProvider : createAnthropicProvider;
  const reply = createReply(onChunk);
  const request = {
    model: 'any',
    system: null,
    messages: [{ role: 'user' as const, content: 'x' }],
    maxTokens: null,
    temperature: null,
    schema: null,
    headers: {},
    signal: new AbortController().signal,
  };
  await create(CONFIG, fetch).ask(request, reply);
  return reply;
}

function nameOf(event: object): string {
  return 'type' in event ? `event: ${String(event.type)}\n` : '';
}

/** A complete answer of OpenAI. */
export function openAiEvents(usage: object | null): object[] {
  const chunk = { id: 'c', model: 'm', object: 'chat.completion.chunk' };
  const choices = [{ index: 0, delta: { content: 'Yes.' }, finish_reason: 'stop' }];
  return [
    { ...chunk, choices, usage: null },
    { ...chunk, choices: [], usage },
  ];
}

/** A complete answer of Anthropic. `output` = the counts of its end. */
export function anthropicEvents(usage: object, output: object): object[] {
  const message = { id: 'm', model: 'm', content: [], usage: { output_tokens: 1, ...usage } };
  const text = { type: 'text_delta', text: 'Yes.' };
  return [
    { type: 'message_start', message },
    { type: 'content_block_delta', index: 0, delta: text },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: output },
    { type: 'message_stop' },
  ];
}
