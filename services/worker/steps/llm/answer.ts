import type { Fault } from '@aio/core/errors';
import { parseJson } from '@aio/core/json/parse-json';
import { interpretSchema } from '@aio/core/json/interpret-schema';
import { StepError } from '@aio/core/run/step-outcome';
import type { LlmReply } from './provider.ts';

const SHOWN_FAULTS = 5;

/**
 * Turns a finished reply into the step's output: the JSON if there is a schema, otherwise {text}.
 * @throws StepError `llm_refused`, `llm_output_truncated`, `llm_context_too_long`, `llm_empty_output`; `llm_bad_output` if
 * the JSON does not parse or does not fit the schema
 */
export function readAnswer(reply: LlmReply, schema: Record<string, unknown> | null): unknown {
  assertComplete(reply);
  const { text } = reply;
  if (text.trim() === '')
    throw failed('llm_empty_output', 'The model returned an empty answer.', true);
  return schema === null ? { text } : parseAnswer(text, schema);
}

function assertComplete({ finish, finishReason }: LlmReply): void {
  switch (finish) {
    case 'refused':
      throw failed('llm_refused', `The model refused to answer (${finishReason}).`, false);
    case 'token_limit':
      throw failed(
        'llm_output_truncated',
        'The answer reached the token limit. Raise maxTokens, or ask for less.',
        false,
      );
    case 'context_limit':
      throw failed(
        'llm_context_too_long',
        "The model's context was full before the answer ended. Shorten the prompt.",
        false,
      );
    default:
  }
}

function parseAnswer(text: string, schema: Record<string, unknown>): unknown {
  let answer: unknown;
  try {
    answer = parseJson(text);
  } catch (error) {
    throw failed('llm_bad_output', `The answer is not JSON: ${(error as Error).message}.`, true);
  }
  const faults = interpretSchema(schema)(answer);
  if (faults.length === 0) return answer;
  const shown = faults.slice(0, SHOWN_FAULTS).map(describe).join('; ');
  throw failed('llm_bad_output', `The answer does not fit the schema: ${shown}.`, true);
}

function describe({ pointer, message }: Fault): string {
  return pointer === '' ? message : `${pointer} ${message}`;
}

function failed(code: string, message: string, retryable: boolean): StepError {
  return new StepError(code, message, { retryable });
}
