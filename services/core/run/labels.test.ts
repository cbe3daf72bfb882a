import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ValidationError } from '../errors.ts';
import { compileLabels } from './labels.ts';

const labelOf = (input: unknown) => compileLabels({ a: '${{ input }}' })(input, 'r1')?.['a'];

test('labels are texts from the input and the id of the run', () => {
  const labelsOf = compileLabels({ customer: '${{ input.c }}', of: 'run ${{ run.id }}', env: 'x' });
  assert.deepEqual(labelsOf({ c: 4711 }, 'r1'), { customer: '4711', of: 'run r1', env: 'x' });
  assert.deepEqual(labelsOf({ c: null }, 'r1'), { of: 'run r1', env: 'x' });
  assert.equal(labelOf(false), 'false');
  assert.equal(labelOf('😀'.repeat(100)), '😀'.repeat(100));
  for (const nothing of [null, '']) assert.equal(labelOf(nothing), undefined);
});

test('an input without valid values is refused, with each fault', () => {
  for (const [input, reason] of [
    ['😀'.repeat(101), /more than 100 characters/],
    ['a\0b', /NUL/],
    [{ a: 1 }, /text, number or boolean/],
    [[1], /text, number or boolean/],
  ] as const)
    assert.throws(() => labelOf(input), faultsOf(reason));
  const two = compileLabels({ a: '${{ input.a }}', b: '${{ input.b.c }}' });
  assert.throws(() => two({}, 'r1'), faultsOf(/label "a": .*input\.a/, /label "b": .*input\.b/));
});

function faultsOf(...reasons: RegExp[]) {
  return (error: unknown) => {
    assert.ok(error instanceof ValidationError);
    assert.equal(error.faults.length, reasons.length);
    for (const [index, reason] of reasons.entries())
      assert.match(error.faults[index]!.message, reason);
    return true;
  };
}
