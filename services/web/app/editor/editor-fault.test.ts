import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { readDefinitionText, stepAt } from './definition-text.ts';
import { faultsOf, spanOfPointer } from './editor-fault.ts';

const TEXT = `# a comment
name: x
steps:
  a/b:
    type: http # wrong
    needs: [one, two]
    with:
      url: "ftp://x"
`;

function at(pointer: string): string {
  const { from, to } = spanOfPointer(readDefinitionText(TEXT), pointer);
  return TEXT.slice(from, to);
}

test('a pointer leads to a scalar, or to the key of a map or list', () => {
  assert.equal(at('/name'), 'x');
  assert.equal(at('/steps/a~1b/type'), 'http');
  assert.equal(at('/steps/a~1b/needs/1'), 'two');
  assert.equal(at('/steps/a~1b/with/url'), '"ftp://x"');
  assert.equal(at('/steps/a~1b/with'), 'with');
});

test('the pointer of a missing value leads to its nearest ancestor', () => {
  assert.equal(at('/steps/a~1b/with/method/x'), 'with');
  assert.equal(at('/steps/nope'), 'steps');
  assert.equal(at(''), 'name: x');
  assert.deepEqual(spanOfPointer(readDefinitionText(''), '/steps'), { from: 0, to: 0 });
});

test('broken YAML has faults, and its readable steps', () => {
  const { faults, steps } = readDefinitionText('steps:\n  a:\n    type: "llm\n');
  assert.equal(faults.length > 0, true);
  assert.deepEqual(pluck(steps, 'id'), ['a']);
});

test('an offset belongs to the step around it', () => {
  const { steps } = readDefinitionText('steps:\n  a:\n    type: llm\n\n  b: { type: delay }\n');
  const text = 'steps:\n  a:\n    type: llm\n\n  b: { type: delay }\n';
  assert.equal(stepAt(steps, text.indexOf('llm'))?.id, 'a');
  assert.equal(stepAt(steps, text.indexOf('delay'))?.id, 'b');
  assert.equal(stepAt(steps, 0), null);
});

test('a fault names its step, and says a pattern in words first', () => {
  const definition = readDefinitionText(TEXT);
  const pattern = {
    rule: 'pattern',
    message: '"X" does not match the pattern ^x$',
    hint: 'Lower case.',
  };
  const [ofName, ofStep] = faultsOf(definition, [
    { pointer: '/name', ...pattern },
    { pointer: '/steps/a~1b/needs/0', rule: 'x', message: 'unknown', hint: 'did you mean two?' },
  ]);
  assert.deepEqual([ofName!.step, ofName!.line], [null, 2]);
  assert.deepEqual([ofName!.message, ofName!.hint], [pattern.hint, pattern.message]);
  assert.deepEqual([ofStep!.step, ofStep!.message], ['a/b', 'unknown']);
});
