import type { Dials, FaultKind } from '../dials.ts';
import { draw } from '../draw.ts';
import { type AnswerSchema, makeInstance } from './instance.ts';
import { countTokens, findMaterial, splitSentences, splitTokens, summarize } from './text.ts';

/** A question to a model, independent of the vendor. */
export interface LlmQuestion {
  model: string;
  /** System prompt; '' = none. */
  system: string;
  /** The messages, joined. */
  prompt: string;
  /** The schema that the answer must fit; null = plain text. */
  schema: AnswerSchema | null;
  maxTokens: number | null;
}

/** Text as both vendors accept it: a string, or parts. */
export type Content = string | { text?: string }[];

export function contentText(content: Content): string {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('\n');
}

export type FinishReason = 'end' | 'limit' | 'refusal';

export interface LlmAnswer {
  tokens: string[];
  finish: FinishReason;
  inputTokens: number;
  outputTokens: number;
}

/** Answers a question. The same seed and words give the same answer; a fault changes it. */
export function answerQuestion(
  question: LlmQuestion,
  dials: Dials,
  fault: FaultKind | null,
): LlmAnswer {
  const inputTokens = countInput(question);
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
  const material = findMaterial(question.prompt);
  const sentences = 2 + Math.floor(draw(dials.seed, question.model) * 3); // models differ
  const text = material === null ? admit(question.prompt) : summarize(material, sentences);
  return dials.outputTokens === null ? text : fitTokens(text, dials.outputTokens);
}

/** Tokens of the question in the model's context. */
export function countInput({ system, prompt }: LlmQuestion): number {
  return countTokens(system) + countTokens(prompt);
}

/** The answer to a prompt without material. */
function admit(prompt: string): string {
  const asked = splitSentences(prompt).at(-1) ?? prompt.slice(0, 200);
  return `A simulated model was asked: “${asked}” It uses only the text in the prompt.`;
}

/** Repeats or cuts the text to `wanted` tokens. */
function fitTokens(text: string, wanted: number): string {
  const tokens = splitTokens(text);
  if (tokens.length === 0) return '';
  return Array.from({ length: wanted }, (_, index) =>
    index > 0 && index % tokens.length === 0 ? ` ${tokens[0]}` : tokens[index % tokens.length],
  ).join('');
}
