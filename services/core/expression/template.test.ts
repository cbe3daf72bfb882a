import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AioError } from '../errors.ts';
import type { Scope } from './scope.ts';
import { compileCondition, compileTemplate } from './template.ts';

const scope: Scope = {
  input: { n: 5, half: 0.5, name: 'db', list: [1, 2, 3], none: null, ['__proto__x']: 1 },
  run: { id: 'run-1' },
  steps: {
    fetch: { output: { body: { id: 7 } }, status: 'succeeded', error: null, attempts: 2 },
    skipped: { output: null, status: 'skipped', error: null, attempts: 0 },
  },
};

test('a string that is one expression has its typed value', () => {
  assert.equal(compileTemplate('${{ input.n + 1 }}').evaluate(scope), 6);
  assert.deepEqual(compileTemplate(' ${{ input.list }}\n').evaluate(scope), [1, 2, 3]);
});

test('in other text, strings are inserted unchanged and other values as JSON', () => {
  const text = compileTemplate('${{ input.name }}: ${{ input.list }} ${{ input.none }} $${{ x }}');
  assert.equal(text.evaluate(scope), 'db: [1,2,3] null ${{ x }}');
});

test('values in objects and lists are templates, keys are not', () => {
  const value = { a: ['${{ input.n }}', 1], '${{ k }}': { b: '${{ run.id }}' } };
  assert.deepEqual(compileTemplate(value).evaluate(scope), {
    a: [5, 1],
    '${{ k }}': { b: 'run-1' },
  });
});

test('names are known without evaluation', () => {
  const template = compileTemplate({
    a: '${{ steps.fetch.output.body + steps["b"].status }}',
    c: 'x ${{ json(steps.c) }} ${{ secrets.key }}',
  });
  assert.deepEqual(template.reads, ['fetch', 'c']);
  assert.deepEqual(template.uses, ['fetch', 'b', 'c']);
  assert.deepEqual(template.secrets, ['key']);
  assert.equal(template.isConstant, false);
});

test('without an expression a template is constant', () => {
  const value = { a: ['x', 1, null] };
  const template = compileTemplate(value);
  assert.equal(template.isConstant, true);
  assert.deepEqual(template.evaluate(scope), value);
});

test('item, index and secrets come from the scope', () => {
  const template = compileTemplate('${{ item.id + index }} ${{ secrets.key }}');
  const inner = { ...scope, item: { id: 40 }, index: 2, secrets: { key: 's' } };
  assert.equal(template.evaluate(inner), '42 s');
});

test('evaluation reports the results of expressions with secrets', () => {
  const template = compileTemplate({
    header: 'Basic ${{ base64("me:" + secrets.key) }}',
    list: ['${{ {"k": [secrets.key]} }}', '${{ input.name }}'],
  });
  const results: unknown[] = [];
  template.evaluate({ ...scope, secrets: { key: 's' } }, (result) => results.push(result));
  assert.deepEqual(results, ['bWU6cw==', { k: ['s'] }]);
});

test('an expression with a secret hides the reason of its failure', () => {
  for (const text of ['${{ input[secrets.key] }}', '${{ parseJson(secrets.key) }}']) {
    const template = compileTemplate(text);
    assert.throws(
      () => template.evaluate({ ...scope, secrets: { key: 'canary-1' } }),
      (error: AioError) => {
        assert.match(error.code, /^expression_(missing_key|failed)$/);
        assert.ok(!JSON.stringify([error.message, error.details]).includes('canary'));
        return error.message.includes('the reason is hidden');
      },
    );
  }
});

test('a missing key names its path', () => {
  const error = failureOf('${{ steps.fetch.output.body.name.first }}');
  assert.equal(error.code, 'expression_missing_key');
  assert.deepEqual(error.details, {
    expression: 'steps.fetch.output.body.name.first',
    reason: 'steps.fetch.output.body.name does not exist',
  });
  assert.match(failureOf('${{ steps.skipped.output.x }}').message, /steps.skipped.output is null/);
});

test('one limit covers all results of a template', () => {
  const large = { ...scope, input: 'x'.repeat(200_000) };
  assert.equal(compileTemplate('${{ input }}').evaluate(large), large.input);
  const many = compileTemplate(Array.from({ length: 6 }, () => '${{ input }}'));
  assert.throws(() => many.evaluate(large), { code: 'expression_limit' });
  const over = { ...scope, input: 'x'.repeat(300_000) };
  assert.throws(() => compileTemplate('${{ input }}').evaluate(over), { code: 'expression_limit' });
  const wide = compileTemplate('${{ input }}', { maxResultBytes: 400_000 });
  assert.equal(wide.evaluate(over), over.input);
});

test('a key __proto__ of data stays a key', () => {
  const hostile = { ...scope, input: JSON.parse('{"__proto__": {"admin": true}}') as unknown };
  const result = compileTemplate('${{ input }}').evaluate(hostile) as { admin?: boolean };
  assert.equal(result.admin, undefined);
  assert.equal(JSON.stringify(result), '{"__proto__":{"admin":true}}');
});

test('syntax errors are refused at compilation', () => {
  for (const text of ['${{ 1 + }}', '${{ }}', '${{ a', '${{ nope(1) }}', '${{ steps[input.n] }}']) {
    assert.throws(() => compileTemplate(text), { code: 'expression_syntax' }, text);
  }
});

test('a condition has braces or none, and must be true or false', () => {
  assert.equal(compileCondition('input.n > 4').evaluate(scope), true);
  assert.equal(compileCondition(' ${{ input.n > 5 }} ').evaluate(scope), false);
  assert.throws(() => compileCondition('input.n').evaluate(scope), { code: 'expression_type' });
  assert.throws(() => compileCondition('${{ true'), { code: 'expression_syntax' });
  assert.throws(() => compileCondition('${{ true }} ${{ true }}'), { code: 'expression_syntax' });
});

function failureOf(text: string): AioError {
  try {
    compileTemplate(text).evaluate(scope);
  } catch (error) {
    assert.ok(error instanceof AioError);
    return error;
  }
  throw new assert.AssertionError({ message: 'it did not fail' });
}
