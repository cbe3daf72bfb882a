/**
 * Migrates SCHEMA_DATABASE_URL, an empty database, and writes schema.generated.md from its catalogue. `--check` needs
 * no server: it exits with 1 if the file belongs to other migrations.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migrate } from '../postgres/migrate.ts';
import { readMigrations } from '../postgres/migration-files.ts';
import { createPool } from '../postgres/pool.ts';
import { describeSchema, markOf } from './describe-schema.ts';
import { readSchema } from './read-schema.ts';

const path = fileURLToPath(new URL('../schema.generated.md', import.meta.url));
const mark = markOf(await readMigrations());

if (process.argv.includes('--check')) {
  if (!readFileSync(path, 'utf8').includes(mark)) {
    console.error('services/platform/schema.generated.md is out of date: run `npm run generate`');
    process.exitCode = 1;
  }
} else {
  // oxlint-disable-next-line no-restricted-properties -- this file is a main
  const databaseUrl = process.env.SCHEMA_DATABASE_URL;
  if (!databaseUrl) throw new Error('SCHEMA_DATABASE_URL is not set: run `npm run generate`');
  const pool = createPool({ databaseUrl, max: 1, applicationName: 'aio-schema' });
  try {
    await migrate(pool);
    writeFileSync(path, describeSchema(await readSchema(pool), mark));
  } finally {
    await pool.close();
  }
}
