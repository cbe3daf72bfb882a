import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toStepError } from './failure.ts';

function interpret(status: number | null, word: string | null, message = 'why', headers = {}) {
  const {
    code,
    retryable,
    retryAfterMs,
    message: told,
  } = toStepError({
    status,
    word,
    message,
    headers: new Headers(headers),
    cause: undefined,
  });
  return { code, retryable, retryAfterMs, told };
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
    assert.equal(error.code, code, `${status} ${word}`);
    assert.equal(error.retryable, true, `${status} ${word}`);
    assert.equal(error.retryAfterMs, 250);
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
  const { told } = interpret(401, 'invalid_api_key', 'Incorrect API key provided: sk-abcd');
  assert.ok(!told.includes('sk-'));
});
