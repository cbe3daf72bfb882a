import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitPlaceholders } from './placeholders.ts';

const cases: [text: string, parts: string[]][] = [
  ['plain }} text', ['plain }} text']],
  ['${{ a }}', ['<a>']],
  ['x ${{a}}${{ b }} y', ['x ', '<a>', '<b>', ' y']],
  ["${{ {'a': {'b': 1}} }}", ["<{'a': {'b': 1}}>"]],
  ['${{ \'}}\' + "}}" }}', ['<\'}}\' + "}}">']],
  ["${{ 'it\\'s }}' }}", ["<'it\\'s }}'>"]],
  ["${{ r'\\' }} end", ["<r'\\'>", ' end']],
  ['${{ """a " }} b""" }}', ['<"""a " }} b""">']],
  ['cost: $${{ a }} and $5', ['cost: ${{ a }} and $5']],
  ['$${{ ${{ a }}', ['${{ ', '<a>']],
];

for (const [text, parts] of cases) {
  test(`splits ${text}`, () => {
    const segments = [...splitPlaceholders(text)].map((segment) =>
      segment.type === 'text' ? segment.text : `<${segment.text.trim()}>`,
    );
    assert.deepEqual(segments, parts);
  });
}

test('the offset is the start of the expression', () => {
  const [, expression] = splitPlaceholders('ab ${{ c }}');
  assert.deepEqual(expression, { type: 'expression', text: ' c ', offset: 6 });
});

for (const text of ['${{ a', 'x ${{ a }', "${{ 'a }}", '${{ {{ }}']) {
  test(`refuses ${text}`, () => {
    assert.throws(() => [...splitPlaceholders(text)], /has no closing \}\}/);
  });
}
