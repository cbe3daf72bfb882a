import { Type } from 'typebox';
import type { Fault } from '../../errors.ts';
import { isTemplate } from '../../expression/placeholders.ts';
import { checkSchema } from '../../json/check-schema.ts';
import { isObject } from '../../json/walk-schema.ts';
import { suggest } from '../../text/suggest.ts';
import { defineKind } from './kind.ts';

export const LLM_PROVIDERS = ['openai', 'anthropic'] as const;

export const kind = defineKind({
  kind: 'llm',
  description:
    'Calls a language model. Output: {text}, or with `schema` the parsed and validated JSON.',
  lane: 'llm',
  slots: 16,
  waitsFor: null,
  expandsItems: false,
  withRequired: true,
  defaultTimeoutMs: 120_000,
  maxTimeout: '60m',
  resourceField: 'model',
  literalFields: ['schema'],
  with: Type.Object(
    {
      model: Type.String({
        description: 'Provider and model.',
        examples: ['openai/gpt-6-luna', 'anthropic/claude-haiku-5-5'],
        pattern: '^[^/\\s]+/\\S+$',
        maxLength: 200,
      }),
      prompt: Type.Optional(Type.String({ description: 'One user message.' })),
      messages: Type.Optional(
        Type.Array(
          Type.Object(
            {
              role: Type.Enum(['user', 'assistant']),
              content: Type.String(),
            },
            { additionalProperties: false },
          ),
          { minItems: 1, maxItems: 1_000, description: 'A conversation, instead of `prompt`.' },
        ),
      ),
      system: Type.Optional(Type.String({ description: 'Instructions for the model.' })),
      maxTokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
      schema: Type.Optional(
        Type.Unsafe<Record<string, unknown>>({
          type: 'object',
          description: 'JSON Schema (2020-12) of the answer.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  check: (value) => [...checkProvider(value['model']), ...checkMessages(value)],
  checkWritten: ({ schema }, { checkPattern, addFaults }) => {
    if (isObject(schema)) addFaults(checkSchema(schema, checkPattern), '/schema');
  },
});

function checkProvider(model: unknown): Fault[] {
  if (typeof model !== 'string' || isTemplate(model) || !model.includes('/')) return [];
  const provider = model.slice(0, model.indexOf('/'));
  if (LLM_PROVIDERS.some((known) => known === provider)) return [];
  return [
    {
      pointer: '/model',
      rule: 'unknown_provider',
      message: `unknown provider "${provider}"`,
      hint: suggest(provider, LLM_PROVIDERS, `use one of: ${LLM_PROVIDERS.join(', ')}`),
    },
  ];
}

function checkMessages(value: Readonly<Record<string, unknown>>): Fault[] {
  const hasPrompt = value['prompt'] !== undefined;
  const hasMessages = value['messages'] !== undefined;
  if (hasPrompt !== hasMessages) return [];
  return [
    {
      pointer: hasPrompt ? '/messages' : '',
      rule: hasPrompt ? 'exclusive' : 'required',
      message: hasPrompt
        ? 'prompt and messages cannot be combined'
        : 'prompt or messages is missing',
      hint: 'set either prompt or messages',
    },
  ];
}
