import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ElementType, toBinaryArray } from '../queries/binary-array.ts';
import { createTestDatabase } from '../testing/database.ts';

const VALUES: { [Type in ElementType]: unknown[] } = {
  text: ['', 'plain', '"quoted" {and} \\escaped, NULL', 'NULL', 'Grüße 🚀', 'x'.repeat(5000), null],
  json: ['{"a": [1, "\\u0000 Grüße 🚀"]}', '"text"', 'true', null],
  uuid: ['00000000-0000-0000-0000-000000000000', '01a21217-2f74-7338-82dd-4c1f1040cd34', null],
  int: [0, -1, 2 ** 31 - 1, -(2 ** 31), null],
  bigint: [
    0,
    -1,
    42,
    2 ** 32,
    -(2 ** 32) - 1,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    null,
  ],
  float8: [0, -0.5, 1e300, 1795599280.483, null],
  bool: [true, false, null],
};

test('arrays of every type arrive unchanged, also with nulls and when empty', async (t) => {
  const { pool } = await createTestDatabase(t);
  for (const [type, values] of Object.entries(VALUES) as [ElementType, unknown[]][]) {
    for (const sent of [values, []]) {
      const { rows } = await pool.query({
        name: `test-array-${type}`,
        text: `select to_json($1::${type}[])::text as sent, cardinality($1::${type}[]) as count`,
        values: [toBinaryArray(type, sent)],
      });
      assert.deepEqual(JSON.parse(rows[0].sent), type === 'json' ? sent.map(parse) : sent, type);
      assert.equal(rows[0].count, sent.length);
    }
  }
});

function parse(text: unknown): unknown {
  return text === null ? null : JSON.parse(text as string);
}

test('refuses text that cannot be stored, as outside of an array', async (t) => {
  const { pool } = await createTestDatabase(t);
  const query = {
    name: 'test-array-nul',
    text: 'select $1::text[]',
    values: [toBinaryArray('text', ['\u0000'])],
  };
  await assert.rejects(pool.query(query), { code: 'unstorable_text' });
});

test('refuses what is not a UUID', () => {
  for (const text of [
    '',
    'a',
    '01a21217-2f74-7338-82dd-4c1f1040cd3',
    '01a21217-2f74-7338-82dd-4c1f1040cd3g',
  ])
    assert.throws(() => toBinaryArray('uuid', [text]), /not a UUID/);
});
