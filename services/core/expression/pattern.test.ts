/** The cost of compiling a pattern is known in advance. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { createPatternCheck } from './pattern-check.ts';
import { estimateProgramSize } from './pattern-size.ts';
import { compileCost, compilePattern } from './pattern.ts';
import { compileTemplate } from './template.ts';

const PIECES = [
  ['a', '.', '\\d', '\\(', '\\[', '\\{', '\\\\', '\\pL', '\\p{Greek}', '\\x{61}', '\\Q(\\E'],
  ['[a-z]', '[(]', '[)]', '[]]', '[^]]', '[\\]]', '[[:alpha:]]', '[{3}]', '-', '^', '$'],
  ['(', '(?:', '(?i)', '(?i:', ')', '|', '*', '+', '?', '*?', '{2}', '{3,}', '{0,30}', '{20}', '{'],
].flat();
const pieces = fc.constantFrom(...PIECES);

test('the estimated size is at least half of the size', () => {
  let compiled = 0;
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 16 }), (parts) => {
      const source = RE2JS.translateRegExp(parts.join(''));
      const estimate = estimateProgramSize(source);
      if (estimate > 50_000) return;
      let size: number;
      try {
        size = RE2JS.compile(source).programSize();
      } catch {
        return;
      }
      compiled++;
      assert.ok(size <= 2 * estimate + 4, `${source}: ${size} instructions, estimate ${estimate}`);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(compiled > 100, `only ${compiled} patterns were right`);
});

test('accepts ordinary patterns', () => {
  const check = createPatternCheck();
  for (const source of [
    '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?Z$',
    '^[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,4}[A-Za-z]{2,63}$',
    '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$',
    "^\\u{48}[\\p{L}\\p{M}' -]{1,100}$",
  ]) {
    assert.equal(check(source), null, source);
    assert.ok(compileCost(source) < 25_000, `${source} costs ${compileCost(source)}`);
  }
});

test('refuses a pattern that explodes before compiling it', () => {
  for (const source of [
    'a{1000}'.repeat(70),
    '(?:'.repeat(3) + 'a{9}'.repeat(20) + '){9}'.repeat(3),
  ]) {
    assert.throws(() => compilePattern(source), /too large/, source);
  }
  assert.throws(() => compilePattern('a'.repeat(501)), /longer than 500/);
});

const scope = {
  input: { list: Array.from({ length: 3_000 }, (_, index) => index) },
  run: { id: 'r' },
  steps: {},
};

const computed: Record<string, string> = {
  plain: '"abc".matches(string(x) + "[a-z]+")',
  long: '"abc".matches("(a|b|c)" + json(input.list.map(y, 1).filter(y, false)) + string(x))',
  counted: '"abc".matches("(a{30}){30}" + string(x))',
  'of many classes': `"abc".matches("${'\\\\p{L}|'.repeat(60)}" + string(x))`,
  'of folded ranges': '"abc".matches("(?i)[!-\u{1e900}]" + string(x))',
};

for (const [name, expression] of Object.entries(computed)) {
  test(`computed patterns cost: ${name}`, () => {
    const template = compileTemplate(`\${{ input.list.map(x, ${expression}).size() }}`);
    // The cost does not depend on the cache.
    for (let round = 0; round < 2; round++) {
      assert.throws(() => template.evaluate(scope), { code: 'expression_limit' });
    }
  });
}

test('one pattern for many items costs once', () => {
  const expression = 'input.list.filter(x, string(x).matches("^1" + "0*$")).size()';
  assert.equal(compileTemplate(`\${{ ${expression} }}`).evaluate(scope), 4);
});
