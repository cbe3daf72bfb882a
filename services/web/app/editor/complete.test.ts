import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FUNCTIONS } from '@aio/core/expression/functions';
import { complete, describeAt } from './complete.ts';
import { FUNCTION_SIGNATURES } from './complete-expression.ts';
import type { SchemaNode } from './schema-at.ts';

const file = new URL('../../../core/definition/workflow.schema.json', import.meta.url);
const SCHEMA = JSON.parse(readFileSync(file, 'utf8')) as SchemaNode;

/** Labels of the suggestions at the `|` of a text. */
function at(marked: string): string[] {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return (complete(text, offset, SCHEMA)?.options ?? []).map(({ label }) => label);
}

const STEPS = `name: x
input: { type: object, properties: { who: { type: string }, place: { properties: { city: {} } } } }
steps:
  first:
    type: http
    with: { url: 'https://example.com' }
  second:
    type: llm
    needs: [first]
    with: { model: a/b, prompt: c, schema: { properties: { severity: {} } } }
  third:
    type: transform
    needs: [second]
`;

test('suggests the keys of the place, except those already there', () => {
  assert.deepEqual(at('name: x\n|\n'), [
    'description',
    'title',
    'labels',
    'input',
    'timeout',
    'output',
    'steps',
  ]);
  const stepKeys = ['with', 'needs', 'if', 'join', 'retry', 'timeout', 'onFailure'];
  assert.deepEqual(at('steps:\n  a:\n    type: llm\n    |\n'), stepKeys);
  assert.deepEqual(at('steps:\n  a:\n    |\n    type: llm\noutput: x\n'), stepKeys);
  assert.deepEqual(at('steps:\n  a:\n    type: delay\n    with:\n      |\n'), ['duration']);
  assert.deepEqual(at('steps:\n  a: { type: http, with: { url: x, | } }\n'), [
    'method',
    'headers',
    'query',
    'body',
  ]);
  assert.deepEqual(at('steps:\n  a:\n    type: llm\n    retry:\n      max|\n'), [
    'maxAttempts',
    'backoff',
    'delay',
    'maxDelay',
  ]);
  assert.ok(
    at('steps:\n  m:\n    type: map\n    step:\n      type: llm\n      |').includes('with'),
  );
  assert.ok(at('steps:\n  a:\n    ty|').includes('type'));
  assert.ok(at('name: x\ninput:\n  |\n').includes('properties'));
});

test('suggests enum values, kinds with descriptions, and possible needs', () => {
  assert.deepEqual(at('steps:\n  a:\n    type: llm\n    join: |\n'), [
    'all_succeeded',
    'none_failed',
    'all_settled',
  ]);
  assert.ok(at('steps:\n  a:\n    type: |\n').includes('approval'));
  assert.ok(at('steps:\n  a:\n    type: http\n    with:\n      method: P|\n').includes('PUT'));
  assert.deepEqual(at(`${STEPS.trimEnd()}\n  fourth:\n    type: delay\n    needs: [first, |]\n`), [
    'second',
    'third',
  ]);
  assert.deepEqual(at(STEPS.replace('needs: [first]', 'needs: [first, |]')), []);
  assert.deepEqual(at(`${STEPS}  fourth:\n    type: delay\n    needs:\n      - |\n`), [
    'first',
    'second',
    'third',
  ]);
  const text = 'steps:\n  a:\n    type: ';
  const kinds = complete(text, text.length, SCHEMA)!.options;
  assert.match(kinds.find(({ label }) => label === 'http')!.info!, /Sends one HTTP request/);
});

test('in an expression, suggests roots and upstream steps', () => {
  const within = (expression: string) =>
    at(`${STEPS}    with:\n      value: "\${{ ${expression} }}"\n`);
  assert.deepEqual(within('|').slice(0, 4), ['input', 'steps', 'run', 'size']);
  assert.deepEqual(within('steps.|'), ['first', 'second']);
  assert.deepEqual(within('steps.second.|'), ['output', 'status', 'error', 'attempts']);
  assert.deepEqual(within('steps.first.output.|'), ['status', 'headers', 'body']);
  assert.deepEqual(within('steps.second.output.|'), ['severity']);
  assert.deepEqual(within('input.|'), ['who', 'place']);
  for (const field of ['title:', 'labels:\n  a:'])
    assert.deepEqual(at(`${STEPS}${field} "\${{ | }}"\n`).slice(0, 3), ['input', 'run', 'size']);
  assert.deepEqual(within('input.place.|'), ['city']);
  assert.deepEqual(within('run.|'), ['id']);
  assert.deepEqual(within("'a text of inp|"), []);
  assert.deepEqual(at(`${STEPS}    if: steps.|\n`), ['first', 'second']);
  assert.deepEqual(at(`${STEPS}output: "\${{ steps.| }}"\n`), ['first', 'second', 'third']);
  assert.deepEqual(at(`${STEPS}    with:\n      value: |-\n        a\n        b\n`), []);
});

test('suggests items in a map, and secrets in http headers and bodies', () => {
  const map = (inner: string) => at(`steps:\n  m:\n    type: map\n    step:\n      ${inner}\n`);
  assert.ok(map('type: transform\n      with: { value: "${{ | }}" }').includes('item'));
  assert.ok(!at(`${STEPS}    with: { value: "\${{ | }}" }`).includes('item'));
  const http = (field: string) =>
    at(`steps:\n  a:\n    type: http\n    with:\n      ${field}: { x: "\${{ | }}" }\n`);
  assert.ok(http('headers').includes('secrets'));
  assert.ok(http('body').includes('secrets'));
  assert.ok(!http('query').includes('secrets'));
  assert.ok(
    map('type: http\n      with: { headers: { a: "${{ | }}" } }').includes('secrets'),
    'also in the step of a map',
  );
});

test('suggests nothing in a comment or plain text', () => {
  assert.deepEqual(at('name: x # |\n'), []);
  assert.deepEqual(
    at('steps:\n  a:\n    type: llm\n    with:\n      prompt: |-\n        hello |'),
    [],
  );
});

test('describes a word from the schema', () => {
  const text = 'steps:\n  a:\n    type: http\n    retry: { maxAttempts: 2 }\n';
  const about = (word: string) => describeAt(text, text.indexOf(word) + 1, SCHEMA);
  assert.match(about('http')!, /Sends one HTTP request/);
  assert.match(about('retry')!, /when an attempt fails/);
  assert.match(about('maxAttempts')!, /Maximum number of attempts/);
  assert.equal(about('2 }'), null);
});

test('the functions match the engine’s', () => {
  const engine = [...FUNCTIONS].map(([name, { signature }]) => [name, signature]);
  assert.deepEqual(FUNCTION_SIGNATURES, Object.fromEntries(engine));
});
