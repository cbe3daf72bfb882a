import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AioError } from '../errors.ts';
import { parseJson } from './parse-json.ts';

const refused: [name: string, text: string, message: RegExp, line?: number, column?: number][] = [
  ['nothing', '', /^Unexpected end/],
  ['half an object', '{"a"', /Expected ':'/, 1, 5],
  ['a trailing comma', '{\n  "a": 1,\n}', /Expected double-quoted property name/, 3, 1],
  ['a bare word', '{"a": tru}', /^Unexpected token '}'$/],
  ['a text that is not quoted in the error', '{"a": "secret" x}', /^(?!.*secret)/],
  ['a long text that is not quoted either', `["${'secret '.repeat(99)}", x]`, /^(?!.*secret)/],
  ['NaN', 'NaN', /^not valid JSON$/],
  ['two values', '1 2', /^Unexpected non-whitespace/, 1, 3],
  ['a number beyond a double', '{"a": [1,\n -1e999]}', /number is out of range/],
  ['__proto__', '{"a": {"__proto__": {}}}', /__proto__/],
  ['__proto__, escaped', '{"__pr\\u006fto__": 1}', /__proto__/],
  ['constructor.prototype', '{"constructor": {"prototype": {}}}', /prototype/],
  ['nesting', nested(65), /nested more than 64 levels deep/],
  ['very deep nesting', nested(1_000_000), /nested more than 64 levels deep/],
];

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

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
  assert.deepEqual(parseJson('[[]]', 2), [[]]);
  assert.throws(() => parseJson('[[]]', 1), /nested more than 1 levels deep/);
});

test('of members with the same key, the last one counts', () => {
  assert.deepEqual(parseJson('{"a": 1, "a": 2}'), { a: 2 });
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
