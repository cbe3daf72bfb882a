import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { MAX_ANSWER_VALUES } from '@aio/core/definition/limits';
import { toOutputText } from '@aio/core/run/output';
import { createRedactor } from '@aio/core/text/redact';
import make, { type LongAnswer } from './long-answer-thread.ts';
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
