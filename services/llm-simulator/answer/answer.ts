import type { Dials, FaultKind } from '../dials.ts';
import { type AnswerSchema, makeInstance } from './instance.ts';
import { countTokens, findMaterial, splitTokens, summarize } from './text.ts';

/** A question put to a model, whichever vendor's words it came in. */
export interface LlmQuestion {
  model: string;
  /** System text and messages, joined. */
  prompt: string;
  /** The schema that the answer must fit; null = plain text. */
  schema: AnswerSchema | null;
  maxTokens: number | null;
}

export type FinishReason = 'end' | 'limit' | 'refusal';

export interface LlmAnswer {
  tokens: string[];
  finish: FinishReason;
  inputTokens: number;
  outputTokens: number;
}

/** The answer to a question: the same for the same seed and words, bent by the fault if there is one. */
export function answerQuestion(
  question: LlmQuestion,
  dials: Dials,
  fault: FaultKind | null,
): LlmAnswer {
  const inputTokens = countTokens(question.prompt);
  if (fault === 'refuse') return { tokens: [], finish: 'refusal', inputTokens, outputTokens: 1 };
  if (fault === 'empty') return { tokens: [], finish: 'end', inputTokens, outputTokens: 0 };

  const whole = splitTokens(compose(question, dials, fault));
  const limit = fault === 'truncate' ? Math.ceil(whole.length / 2) : question.maxTokens;
  const tokens = limit === null ? whole : whole.slice(0, limit);
  return {
    tokens,
    finish: tokens.length < whole.length ? 'limit' : 'end',
    inputTokens,
    outputTokens: tokens.length,
  };
}

function compose(question: LlmQuestion, dials: Dials, fault: FaultKind | null): string {
  if (question.schema !== null) {
    const json = JSON.stringify(makeInstance(question.schema, question.prompt, dials.seed));
    return fault === 'badJson' ? json.slice(0, -1) : json;
  }
  const text = summarize(findMaterial(question.prompt), 3);
  return dials.outputTokens === null ? text : fitTokens(text, dials.outputTokens);
}

/** The text, repeated or cut to so many tokens. */
function fitTokens(text: string, wanted: number): string {
  const tokens = splitTokens(text);
  if (tokens.length === 0) return '';
  return Array.from({ length: wanted }, (_, index) =>
    index > 0 && index % tokens.length === 0 ? ` ${tokens[0]}` : tokens[index % tokens.length],
  ).join('');
}
