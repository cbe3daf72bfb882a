import { jsonText } from '../format/json.ts';

/** A message of a prompt. */
export interface ChatMessage {
  role: string;
  text: string;
}

/** The `with` of an llm step as the messages that go to the model; null = it is none. */
export function chatOf(input: unknown): ChatMessage[] | null {
  if (!isObject(input)) return null;
  const { system, prompt, messages } = input;
  const chat: ChatMessage[] = [];
  if (typeof system === 'string') chat.push({ role: 'system', text: system });
  if (typeof prompt === 'string') chat.push({ role: 'user', text: prompt });
  for (const message of Array.isArray(messages) ? messages : []) {
    if (isObject(message))
      chat.push({ role: String(message['role']), text: jsonText(message['content']) });
  }
  return chat.length > 0 ? chat : null;
}

/** The `with` of an http step as a request; null = it is none. */
export function requestOf(input: unknown): {
  method: string;
  url: string;
  /** Headers, body and the like; null = there is no more. */
  rest: Record<string, unknown> | null;
} | null {
  if (!isObject(input) || typeof input['url'] !== 'string') return null;
  const { url, method, ...rest } = input;
  return {
    method: typeof method === 'string' ? method : 'GET',
    url: String(url),
    rest: Object.keys(rest).length > 0 ? rest : null,
  };
}

/** The output of an llm step as the model's message; null = it is JSON that a schema asked for. */
export function answerOf(output: unknown): ChatMessage | null {
  if (!isObject(output) || typeof output['text'] !== 'string' || Object.keys(output).length > 1)
    return null;
  return { role: 'assistant', text: output['text'] };
}

/** The output of an http step as a response; null = it is none, e.g. it was given by hand. */
export function responseOf(
  output: unknown,
): { status: number; headers: unknown; body: unknown } | null {
  if (!isObject(output) || typeof output['status'] !== 'number') return null;
  return { status: output['status'], headers: output['headers'], body: output['body'] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
