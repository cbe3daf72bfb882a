import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AioError } from '../errors.ts';
import { parseJson } from './parse-json.ts';

const refused: [name: string, text: string, message: RegExp, line?: number, column?: number][] = [
  ['nothing', '', /ends too early/, 1, 1],
  ['half an object', '{"a"', /ends too early/, 1, 5],
  ['a trailing comma', '{\n  "a": 1,\n}', /unexpected "}"/, 3, 1],
  ['a bare word', '{"a": tru}', /unexpected "t"/, 1, 7],
  ['a leading zero', '[01]', /unexpected "1"/, 1, 3],
  ['a number without digits after the point', '[1.]', /unexpected "\."/, 1, 3],
  ['two values', '1 2', /unexpected "2"/, 1, 3],
  ['single quotes', "{'a': 1}", /unexpected "'"/, 1, 2],
  ['a line break in a string', '["a\nb"]', /control character/, 1, 4],
  ['an unknown escape', '["\\x"]', /invalid escape/, 1, 3],
  ['an open string', '["abc', /not closed/, 1, 2],
  ['a mismatched bracket', '[1}', /unexpected "}"/, 1, 3],
  ['a number beyond a double', '{"a": [1,\n -1e999]}', /number -1e999 is out of range/, 2, 2],
  ['a long number beyond a double', `[${'9'.repeat(400)}]`, /^the number 9{100} is out of/, 1, 2],
  ['NaN', 'NaN', /unexpected "N"/, 1, 1],
  ['a duplicate key', '{"a": 1,\n "b": {"c": 1, "c": 2}}', /duplicate key "c"/, 2, 16],
  ['a duplicate key, once escaped', '{"a": 1, "\\u0061": 2}', /duplicate key "a"/, 1, 10],
  ['__proto__', '{"a": {"__proto__": {}}}', /__proto__/],
  ['__proto__, escaped', '{"__pr\\u006fto__": 1}', /__proto__/],
  ['constructor.prototype', '{"constructor": {"prototype": {}}}', /prototype/],
  ['nesting', '['.repeat(65) + ']'.repeat(65), /nested more than 64 levels deep/, 1, 65],
  ['endless nesting', '['.repeat(1_000_000), /nested more than 64 levels deep/, 1, 65],
];

for (const [name, text, message, line, column] of refused) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => parseJson(text),
      (error: unknown) => {
        assert.ok(error instanceof AioError);
        assert.equal(error.code, name.includes('nesting') ? 'too_deep' : 'bad_json');
        assert.match(error.message, message);
        assert.equal(typeof error.details['hint'], 'string');
        if (line !== undefined)
          assert.deepEqual([error.details['line'], error.details['column']], [line, column]);
        return true;
      },
    );
  });
}

test('the limit of nesting counts containers and can be set', () => {
  assert.deepEqual(parseJson('[[]]', { maxDepth: 2 }), [[]]);
  assert.throws(() => parseJson('[[]]', { maxDepth: 1 }), /nested more than 1 levels deep/);
});

test('skips a byte order mark', () => {
  assert.deepEqual(parseJson('\uFEFF{"a": 1}'), { a: 1 });
});

test('reads what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      // Another test covers the keys that it refuses.
      fc.pre(!/"(__proto__|constructor|prototype)"\s*:/.test(text));
      assert.deepEqual(parseJson(text), JSON.parse(text));
    }),
  );
});

test('accepts and refuses the same texts as JSON.parse', () => {
  const alphabet = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    'a',
    'u',
    '1',
    '0',
    '-',
    '.',
    'e',
    'true',
    'null',
    ' ',
    '\n',
    '\t',
  );
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const theirs = attempt(() => JSON.parse(text) as unknown);
      const ours = attempt(() => parseJson(text));
      if (ours.error !== null) {
        assert.ok(ours.error instanceof AioError);
        if (/duplicate key|out of range/.test(ours.error.message)) return;
      }
      assert.equal(ours.error === null, theirs.error === null, text);
    }),
    { numRuns: 2_000 },
  );
});

function attempt(parse: () => unknown): { error: unknown } {
  try {
    parse();
    return { error: null };
  } catch (error) {
    return { error };
  }
}
