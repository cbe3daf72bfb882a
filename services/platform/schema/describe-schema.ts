import { createHash } from 'node:crypto';
import type { Migration } from '../migration-files.ts';
import type { Table } from './read-schema.ts';

/** Stands in the file that was made of these migrations. */
export function markOf(migrations: readonly Migration[]): string {
  const checksums = migrations.map(({ checksum }) => checksum).join('\n');
  return createHash('sha256').update(checksums).digest('hex').slice(0, 16);
}

/** A page about the schema, in Markdown: how the tables hang together, and each of them. */
export function describeSchema(tables: readonly Table[], mark: string): string {
  return [
    '# The schema',
    '',
    `<!-- Made by \`npm run generate\` from a PostgreSQL's catalogue after all migrations (${mark}); do not edit. -->`,
    '',
    'What a row of each table is, and why: [README](README.md#the-database-on-one-page). Below, what a PostgreSQL says',
    'after all migrations. Solid lines are foreign keys. Dashed ones are held by the statements that write: a check for',
    'each row would cost too much, see [the migrations](migrations/).',
    '',
    '```mermaid',
    ...diagram(tables),
    '```',
    ...tables.flatMap(section),
    '',
  ].join('\n');
}

/** Keys and what refers to others; the rest is in the sections. */
function diagram(tables: readonly Table[]): string[] {
  const entities = tables.flatMap((table) => [
    `  ${table.name} {`,
    ...table.columns.flatMap(({ name, type }) => {
      const marks = [
        ...(table.key.includes(name) ? ['PK'] : []),
        ...(findTarget(table, name, tables) ? ['FK'] : []),
      ];
      return marks.length === 0 ? [] : [`    ${word(type)} ${name} ${marks.join(', ')}`];
    }),
    '  }',
  ]);
  const lines = tables.flatMap((table) =>
    table.columns.flatMap(({ name, nullable }) => {
      const target = findTarget(table, name, tables);
      if (!target) return [];
      const line = target.held ? '--' : '..';
      const isOnlyKey = table.key.length === 1 && table.key[0] === name;
      const ends = `${nullable ? '|o' : '||'}${line}${isOnlyKey ? 'o|' : 'o{'}`;
      return [`  ${target.table} ${ends} ${table.name} : ${name}`];
    }),
  );
  return ['erDiagram', ...lines, ...entities];
}

/**
 * The table that a column refers to: by a foreign key, or by its name, since `run_id`,
 * `parent_run_id`, … is what a run is called everywhere.
 */
function findTarget(
  table: Table,
  column: string,
  tables: readonly Table[],
): { table: string; held: boolean } | null {
  const reference = table.references.find(({ columns }) => columns.includes(column));
  if (reference) return { table: reference.table, held: true };
  const noun = /(?:^|_)([a-z]+)_id$/.exec(column)?.[1];
  const named = tables.find(({ name }) => name === `${noun}s`);
  return named ? { table: named.name, held: false } : null;
}

function section(table: Table): string[] {
  const indexes = table.indexes.map((each) => each.replace(/ ON (?:ONLY )?\w+\.(\w+)/, ' ON $1'));
  return [
    '',
    `## ${table.name}`,
    '',
    '| column | type | null | default |',
    '| --- | --- | --- | --- |',
    ...table.columns.map((column) => {
      const name = table.key.includes(column.name) ? `**${column.name}**` : column.name;
      const fallback = column.default === null ? '' : `\`${escape(column.default)}\``;
      return `| ${name} | ${column.type} | ${column.nullable ? 'yes' : ''} | ${fallback} |`;
    }),
    ...list([
      ...(table.partitionedBy === null ? [] : [`PARTITION BY ${table.partitionedBy}`]),
      ...indexes,
      ...table.constraints,
    ]),
  ];
}

function list(definitions: readonly string[]): string[] {
  if (definitions.length === 0) return [];
  return ['', '```sql', ...definitions, '```'];
}

/** Mermaid takes one word for a type. */
function word(type: string): string {
  return type.replace('timestamp with time zone', 'timestamptz').replaceAll(/[^A-Za-z0-9]+/g, '_');
}

function escape(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
