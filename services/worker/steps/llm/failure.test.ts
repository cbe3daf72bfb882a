import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toStepError } from './failure.ts';

function interpret(status: number | null, word: string | null, message = 'why', headers = {}) {
  const failure = { status, word, message, cause: undefined };
  return toStepError({ ...failure, headers: new Headers(headers) });
}

test('temporary failures are retryable, after the time that the vendor asks for', () => {
  for (const [status, word, code] of [
    [429, 'rate_limit_exceeded', 'llm_rate_limited'],
    [429, null, 'llm_rate_limited'],
    [500, 'server_error', 'llm_unavailable'],
    [529, 'overloaded_error', 'llm_unavailable'],
    [null, 'overloaded_error', 'llm_unavailable'],
    [408, null, 'llm_unavailable'],
    [null, 'something_new', 'llm_stream_broken'],
  ] as const) {
    const error = interpret(status, word, 'why', { 'retry-after-ms': '250' });
    const { code: found, retryable, retryAfterMs } = error;
    assert.deepEqual([found, retryable, retryAfterMs], [code, true, 250], `${status} ${word}`);
  }
});

test('permanent failures are not retryable', () => {
  for (const [status, word, message, code] of [
    [429, 'insufficient_quota', 'no credit', 'llm_quota_exhausted'],
    [400, 'context_length_exceeded', 'too long', 'llm_context_too_long'],
    [400, 'invalid_request_error', 'prompt is too long: 9 > 8', 'llm_context_too_long'],
    [400, 'invalid_request_error', 'max_tokens: required', 'llm_bad_request'],
    [404, 'model_not_found', 'no such model', 'llm_bad_request'],
    [403, 'permission_error', 'no', 'llm_unauthorized'],
  ] as const) {
    const error = interpret(status, word, message, { 'retry-after': '1' });
    assert.deepEqual([error.code, error.retryable, error.retryAfterMs], [code, false, null]);
  }
});

test('no part of a key appears in the message', () => {
  const { message } = interpret(401, 'invalid_api_key', 'Incorrect API key provided: sk-abcd');
  assert.ok(!message.includes('sk-'));
});
