import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate as evaluateCel } from '@marcbachmann/cel-js';
import { FUNCTIONS, METHODS } from './functions.ts';
import { MACROS } from './macros.ts';
import { readFileSync } from 'node:fs';
import { compileTemplate } from './template.ts';

const input = {
  n: 5,
  half: 0.5,
  big: 9_007_199_254_740_991,
  name: 'Ada',
  text: 'one two three',
  list: [3, 1, 2],
  users: [
    { name: 'a', admin: true },
    { name: 'b', admin: false },
  ],
  map: { x: 1, 'odd key': 2 },
  none: null,
};

function evaluate(expression: string): unknown {
  const scope = { input, run: { id: 'r' }, steps: {} };
  return compileTemplate(`\${{ ${expression} }}`).evaluate(scope);
}

const values: [expression: string, value: unknown][] = [
  ['input.n + 1', 6],
  ['1 + input.n', 6],
  ['input.n / 2', 2.5],
  ['5 / 2', 2],
  ['base64("aü+/?")', 'YcO8Ky8/'],
  ['urlEncode("a ü&=/")', 'a%20%C3%BC%26%3D%2F'],
  ['-7 % 3', -1],
  ['input.n % 2', 1],
  ['size(input.list) * input.half', 1.5],
  ['input.n == 5 && 5 == input.n && 5.0 == 5', true],
  ['input.n > 4 && input.n <= 5.0 && 4 < input.n', true],
  ['input.n in [1, 5]', true],
  ['"x" in input.map', true],
  ['"toString" in input.map', false],
  ['input.list[1]', 1],
  ['input.list[size(input.list) - 1]', 2],
  ['input.list[input.n - 4]', 1],
  ['input.map["odd key"]', 2],
  ['input.list + [4]', [3, 1, 2, 4]],
  ['{"a": {"b": [1, 2.5]}}', { a: { b: [1, 2.5] } }],
  ['[1, "a", null, {}]', [1, 'a', null, {}]],
  ['input.none == null', true],
  ['input.map == {"odd key": 2, "x": 1}', true],
  ['1 == "1"', false],
  ['has(input.name) && !has(input.nope)', true],
  ['has(input.nope) ? input.nope : "default"', 'default'],
  ['true || input.nope', true],
  ['input.nope || true', true],
  ['input.nope && false', false],
  ['input.users.filter(u, u.admin).map(u, u.name)', ['a']],
  ['input.users.map(u, u.admin, u.name)', ['a']],
  [
    'input.list.map(x, input.list.map(y, x * y))',
    [
      [9, 3, 6],
      [3, 1, 2],
      [6, 2, 4],
    ],
  ],
  ['input.list.all(x, x > 0) && input.list.exists(x, x == 2)', true],
  ['input.list.exists_one(x, x > 2)', true],
  ['input.map.map(k, k)', ['x', 'odd key']],
  ['[1, "a"].exists(x, x > 0)', true],
  ['input.name.startsWith("A") && input.name.endsWith("a")', true],
  ['input.text.contains("two")', true],
  ['input.text.matches("^one .* three$")', true],
  ['input.text.matches("\\\\d")', false],
  ['input.text.split(" ")', ['one', 'two', 'three']],
  ['input.text.split(" ").join("-")', 'one-two-three'],
  ['join([1, 2, true], ", ")', '1, 2, true'],
  ['input.text.indexOf("two")', 4],
  ['input.text.substring(4, 7)', 'two'],
  ['input.text.substring(8)', 'three'],
  ['" a ".trim()', 'a'],
  ['"aB".upperAscii() + "aB".lowerAscii()', 'ABab'],
  ['size("héllo👋")', 6],
  ['size(input.map)', 2],
  ['string(1) + string(1.5) + string(true)', '11.5true'],
  ['int("42") + int(2.9)', 44],
  ['double("1e3")', 1000],
  ['bool("true")', true],
  ['json({"a": [1, null]})', '{"a":[1,null]}'],
  ['parseJson("{\\"a\\": [1]}").a[0]', 1],
  ['chunks(input.text, 8)', ['one two ', 'three']],
  ['chunks("abcdef", 4)', ['abcd', 'ef']],
  ['chunks("", 4)', []],
  ['input.big', 9_007_199_254_740_991],
  ['run.id', 'r'],
];

for (const [expression, value] of values) {
  test(expression, () => assert.deepEqual(evaluate(expression), value));
}

const failures: [expression: string, code: string, message: RegExp][] = [
  [
    'input.nope',
    'expression_missing_key',
    /^Cannot evaluate \$\{\{ input\.nope \}\}: input\.nope does not exist$/,
  ],
  ['input.map.x.y', 'expression_type', /input\.map\.x is double/],
  ['input.list[3]', 'expression_missing_key', /input\.list\[3\]/],
  ['input.list[0.5]', 'expression_missing_key', /input\.list/],
  ['input.list["length"]', 'expression_type', /list/],
  ['input.name["length"]', 'expression_type', /string/],
  [
    'input.name.length',
    'expression_type',
    /cannot read \.length: input\.name is string; use size\(input\.name\) for its length/,
  ],
  ['input.none.x', 'expression_missing_key', /input\.none is null/],
  ['item', 'expression_missing_key', /item is not available/],
  ['"a" + 1', 'expression_type', /string\(x\)/],
  ['[1] - [1]', 'expression_type', /- does not accept list and list/],
  ['"a" < 1', 'expression_type', /< does not accept/],
  ['!1', 'expression_type', /true or false/],
  ['1 ? 2 : 3', 'expression_type', /true or false/],
  ['-"a"', 'expression_type', /- does not accept string/],
  ['{1: 2}', 'expression_type', /key must be a string/],
  ['1 / 0', 'expression_failed', /division by zero/],
  ['1.0 / 0.0', 'expression_failed', /Infinity/],
  ['9223372036854775807 + 1', 'expression_failed', /overflow/],
  ['9007199254740992', 'expression_failed', /too large for a JSON number/],
  ['input.list.map(x, x.y)', 'expression_type', /x is double/],
  ['input.list.filter(x, x)', 'expression_type', /filter\(\) needs a condition/],
  ['input.list.all(x, x > 2 || y.z)', 'expression_missing_key', /y is not available/],
  ['input.n.map(x, x)', 'expression_type', /needs a list or a map/],
  ['int("4.2")', 'expression_type', /int\(\) does not accept string/],
  ['parseJson("{")', 'expression_failed', /Unexpected end|Expected/],
  ['parseJson("{\\"__proto__\\": 1}")', 'expression_failed', /__proto__/],
  ['input.text.substring(9, 2)', 'expression_failed', /substring/],
  ['input.text.matches(input.name + "(")', 'expression_failed', /matches/],
  ['chunks(input.text, 0)', 'expression_failed', /must be positive/],
];

for (const [expression, code, message] of failures) {
  test(`${expression} fails with ${code}`, () => {
    assert.throws(
      () => evaluate(expression),
      (error: { code?: string; message: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

// cel-js also treats JSON numbers as doubles, but cannot mix int and double.
const shared = [
  '1 + 2 * 3 - 4',
  '7 / 2',
  '-7 / 2',
  '7 % 3',
  '-7 % 3',
  '1.5 * 2.0',
  '"a" + "b"',
  '[1] + [2]',
  '1 < 2 && "a" < "b"',
  '1 == 1 || 1 / 0 == 1',
  '1 / 0 == 1 || true',
  'false && 1 / 0 == 1',
  'input.half + 0.5',
  'input.users.filter(u, u.admin)',
  'input.users.exists(u, u.admin)',
  'input.users.all(u, u.admin)',
  'input.users.exists_one(u, u.admin)',
  'input.list.map(x, x * 2.0)',
  'has(input.name)',
  'has(input.nope)',
  'input.text.split(" ")',
  'size(input.text)',
  '"x" in input.map',
  'input.text.lastIndexOf("t")',
  'input.list[0] == 3.0',
  'string(1)',
  'string(1.5)',
  'int("12")',
  'double("1.5")',
  'int(1.9)',
  'bool("true")',
  "r'\\d' + '''x'y''' + \"\\u00e9\"",
  '{"a": 1}["a"]',
  'input.map == {"x": 1.0, "odd key": 2.0}',
  '!true ? "a" : true ? "b" : "c"',
  '-(-3)',
  '3 - -3',
  '[[1, 2], [3]][0][1]',
];

for (const expression of shared) {
  test(`agrees with cel-js: ${expression}`, () => {
    const theirs = toNumbers(evaluateCel(expression, { input }));
    assert.deepEqual(evaluate(expression), theirs);
  });
}

function toNumbers(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'bigint' ? Number(part) : part,
    ),
  );
}

test('every function is documented', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const signatures = [...FUNCTIONS.values(), ...METHODS.values()].map(({ signature }) => signature);
  for (const signature of signatures) assert.ok(readme.includes(signature), signature);
  for (const macro of MACROS.keys()) assert.ok(readme.includes(macro), macro);
});
