import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StepError } from '@aio/core/run/step-outcome';
import { readAnswer } from './answer.ts';
import { addText, createReply, type Finish } from './provider.ts';

const SCHEMA = {
  type: 'object',
  properties: { score: { type: 'integer', maximum: 10 } },
  required: ['score'],
};

function read(text: string, finish: Finish = 'complete', schema: typeof SCHEMA | null = null) {
  const reply = { ...createReply(), finish, finishReason: 'why' };
  addText(reply, text);
  return readAnswer(reply, schema);
}

function codeOf(read: () => unknown): [string, boolean] {
  try {
    read();
  } catch (error) {
    if (error instanceof StepError) return [error.code, error.retryable];
  }
  return assert.fail('no StepError');
}

test('returns text without a schema, and the JSON with one', () => {
  assert.deepEqual(read('Yes.'), { text: 'Yes.' });
  assert.deepEqual(read('{"score": 7}', 'complete', SCHEMA), { score: 7 });
});

test('answers that are not JSON or do not fit are retryable', () => {
  for (const text of ['{"score": 7', '{"score": 11}', '{"score": "7"}', '[]']) {
    const failure = codeOf(() => read(text, 'complete', SCHEMA));
    assert.deepEqual(failure, ['llm_bad_output', true], text);
  }
  assert.throws(() => read('{"score": 11}', 'complete', SCHEMA), /\/score/);
});

test('refusals and limits are not retryable, an empty answer is', () => {
  for (const [text, finish, code, retryable] of [
    ['No', 'refused', 'llm_refused', false],
    ['Half', 'token_limit', 'llm_output_truncated', false],
    ['', 'context_limit', 'llm_context_too_long', false],
    [' \n', 'complete', 'llm_empty_output', true],
  ] as const) {
    const failure = codeOf(() => read(text, finish));
    assert.deepEqual(failure, [code, retryable]);
  }
});
