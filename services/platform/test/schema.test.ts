import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readMigrations } from '../postgres/migration-files.ts';
import { describeSchema, markOf } from '../schema/describe-schema.ts';
import { readSchema } from '../schema/read-schema.ts';
import { createTestDatabase } from '../testing/database.ts';

const FILE = new URL('../schema.generated.md', import.meta.url);

test('schema.generated.md matches the schema after all migrations', async (t) => {
  const { pool } = await createTestDatabase(t);
  const tables = await readSchema(pool);
  const mark = markOf(await readMigrations());
  assert.equal(readFileSync(FILE, 'utf8'), describeSchema(tables, mark), 'npm run generate');

  const steps = tables.find(({ name }) => name === 'steps');
  assert.deepEqual(steps?.key, ['run_id', 'step', 'iteration']);
  assert.equal(steps.partitionedBy, 'RANGE (run_id)');
  assert.ok(steps.indexes.some((each) => /steps_ready ON ONLY public\.steps .*WHERE/.test(each)));
});

test('columns refer to tables by foreign keys, or by their names', () => {
  const column = (name: string, nullable = false) => ({
    name,
    type: 'timestamp with time zone',
    nullable,
    default: `'a|b'::text`,
  });
  const nothing = { partitionedBy: null, references: [], indexes: [], constraints: [] };
  const text = describeSchema(
    [
      {
        name: 'runs',
        columns: [column('id'), column('parent_run_id', true)],
        key: ['id'],
        ...nothing,
      },
      { name: 'notes', columns: [column('run_id'), column('note')], key: ['run_id'], ...nothing },
      {
        ...nothing,
        name: 'hints',
        columns: [column('of_run')],
        key: [],
        references: [{ columns: ['of_run'], table: 'runs' }],
        constraints: ['CHECK ((of_run > 0))'],
      },
    ],
    'mark',
  );
  for (const line of [
    '  runs |o..o{ runs : parent_run_id',
    '  runs ||..o| notes : run_id',
    '  runs ||--o{ hints : of_run',
    '    timestamptz run_id PK, FK',
    "| note | timestamp with time zone |  | `'a\\|b'::text` |",
    'CHECK ((of_run > 0))',
  ])
    assert.ok(text.includes(`\n${line}\n`), line);
});
