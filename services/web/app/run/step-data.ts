import { jsonText } from '../format/text.ts';

/** A message to or from a model. */
export interface ChatMessage {
  role: string;
  text: string;
}

/** The messages in the `with` of an llm step; null = it has none. */
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

/** The `with` of an http step as a request; null = it has no `url`. */
export function requestOf(input: unknown): {
  method: string;
  url: string;
  /** Headers, body and other fields; null = none. */
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

/** The model's message in the output of an llm step; null = JSON that a schema asked for. */
export function answerOf(output: unknown): ChatMessage | null {
  if (!isObject(output) || typeof output['text'] !== 'string' || Object.keys(output).length > 1)
    return null;
  return { role: 'assistant', text: output['text'] };
}

/** The output of an http step as a response; null = another shape, such as an output that a person edited. */
export function responseOf(
  output: unknown,
): { status: number; headers: unknown; body: unknown } | null {
  if (!isObject(output) || typeof output['status'] !== 'number') return null;
  return { status: output['status'], headers: output['headers'], body: output['body'] };
}

/** The question in the `with` of an approval, and whom it asks; null = it asks without words. */
export function questionOf(input: unknown): { message: string; approver: unknown } | null {
  if (!isObject(input) || typeof input['message'] !== 'string') return null;
  return { message: input['message'], approver: input['approver'] };
}

/** The decision in the output of an approval; null = another shape, such as an output that a person edited. */
export function decisionOf(
  output: unknown,
): { decision: string; by: string; comment: string | null } | null {
  if (!isObject(output)) return null;
  const { decision, by, comment } = output;
  if (typeof decision !== 'string' || typeof by !== 'string') return null;
  return { decision, by, comment: typeof comment === 'string' ? comment : null };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
