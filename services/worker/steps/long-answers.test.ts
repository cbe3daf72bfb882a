import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { MAX_ANSWER_VALUES } from '@aio/core/definition/limits';
import { toOutputText } from '@aio/core/run/output-text';
import type { StepError } from '@aio/core/run/step-outcome';
import { createRedactor } from '@aio/core/text/redact';
import { type LongAnswer, make } from './long-answer-thread.ts';
import { createLongAnswers } from './long-answers.ts';

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const SECRET = 'token-of-some-service';
const ROWS = Array.from({ length: 20_000 }, (_, id) => ({ id, note: `row ${id}: ${SECRET}` }));

describe('long answers', () => {
  const answers = createLongAnswers();
  after(() => answers.close());
  const textOf = async (answer: Partial<LongAnswer>) =>
    (await answers.toOutput({ status: 200, headers: {}, text: '', secrets: [], ...answer })).text;

  it('become the same outputs as in the event loop', async () => {
    const headers = JSON_HEADERS;
    assert.equal(
      await textOf({ headers, text: JSON.stringify(ROWS) }),
      toOutputText({ status: 200, headers, body: ROWS }),
    );
    const here = make({ status: 200, headers, text: JSON.stringify(ROWS), secrets: [SECRET] });
    const there = await textOf({ headers, text: JSON.stringify(ROWS), secrets: [SECRET] });
    assert.deepEqual(here, { text: there });
    const text = 'größer € '.repeat(100_000);
    assert.equal(await textOf({ text }), toOutputText({ status: 200, headers: {}, body: text }));
  });

  it('contain no secret', async () => {
    const redactor = createRedactor([SECRET]);
    const headers = { ...JSON_HEADERS, 'x-token': SECRET };
    const text = await textOf({ headers, text: JSON.stringify(ROWS), secrets: redactor.secrets });
    assert.equal(text, toOutputText(redactor.value({ status: 200, headers, body: ROWS })));
    assert.doesNotMatch(text, /token-of/);
  });

  it('have the errors of short ones, without secrets', async () => {
    const wrong = `["${SECRET}" ${'x'.repeat(1_000)}`;
    const refusal = async (answer: Partial<LongAnswer>) => {
      const error = (await textOf({ headers: JSON_HEADERS, ...answer }).catch(
        (one: unknown) => one,
      )) as { code: string; retryable: boolean; message: string };
      return [error.code, error.retryable, error.message] as const;
    };
    const [code, isRetryable, message] = await refusal({ text: wrong, secrets: [SECRET] });
    assert.deepEqual([code, isRetryable], ['bad_response', true]);
    assert.doesNotMatch(message, /token-of/);
    const large = JSON.stringify('x'.repeat(16 * 1024 * 1024));
    assert.deepEqual((await refusal({ text: large })).slice(0, 2), ['output_too_large', false]);
  });

  it('may consist of escapes, which take little memory', async (t) => {
    const small = createLongAnswers({ heapMb: 128 });
    t.after(() => small.close());
    const secret = 'token of some service';
    for (const unit of ['%41', encodeURIComponent(secret)]) {
      const text = unit.repeat(Math.floor(15e6 / unit.length));
      const output = await small.toOutput({ status: 200, headers: {}, text, secrets: [secret] });
      assert.equal(output.text.includes(unit), unit === '%41', unit);
    }
  });

  it('that need too much memory have a code, and the next ones go on', async (t) => {
    const small = createLongAnswers({ heapMb: 64 });
    t.after(() => small.close());
    const secret = '12345678';
    const answer = { status: 200, headers: {}, secrets: [secret] };
    const outputs = await Promise.allSettled([
      small.toOutput({ ...answer, text: secret.repeat(1_900_000) }),
      small.toOutput({ ...answer, text: 'short' }),
    ]);
    const [failed, next] = outputs;
    assert.ok(failed.status === 'rejected' && next.status === 'fulfilled', JSON.stringify(outputs));
    const { code, retryable } = failed.reason as StepError;
    assert.deepEqual([code, retryable], ['answer_too_complex', false]);
  });

  it('with too many values are refused before they are parsed', async () => {
    const textWith = (values: number) => `[${'{},'.repeat(values - 2)}{}]`;
    const headers = JSON_HEADERS;
    await assert.rejects(textOf({ headers, text: textWith(MAX_ANSWER_VALUES + 1) }), {
      code: 'answer_too_complex',
      retryable: false,
    });
    assert.ok(await textOf({ headers, text: textWith(MAX_ANSWER_VALUES) }));
  });
});
