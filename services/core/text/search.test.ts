import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createSearch } from './search.ts';

test('finds the same index as indexOf, from any start', () => {
  const letters = fc.constantFrom('a', 'b');
  const text = fc.string({ unit: letters, maxLength: 400 });
  const wanted = fc.string({ unit: letters, minLength: 65, maxLength: 90 });
  fc.assert(
    fc.property(text, wanted, text, fc.nat(200), (before, wanted, after, from) => {
      for (const whole of [before + wanted + after, before + after, wanted.slice(1) + wanted])
        assert.equal(createSearch(wanted)(whole, from), whole.indexOf(wanted, from));
    }),
  );
});
