import { AioError } from '@aio/core/errors';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

export interface Migration {
  version: number;
  /** File name, e.g. `0001_20261207.sql`. */
  name: string;
  checksum: string;
  sql: string;
  /**
   * The last migration of the oldest code that works on the database after this migration. Its own number = stop older
   * code first.
   */
  worksFrom: number;
  /** The index that it builds or drops concurrently, outside a transaction; null = none. */
  index: string | null;
}

const FOLDER = new URL('../migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;
const WORKS_FROM = /^-- works with code from (\d{4})\b/m;
const CONCURRENTLY = /\bindex\s+concurrently\b/i;
/** Statements that may run twice: applying and recording them is not one transaction. */
const REPEATABLE =
  /^(?:create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists|drop\s+index\s+concurrently\s+if\s+exists)\s+(\w+)\b[^;]*;?$/i;

/**
 * The migrations of this code, in order.
 * @throws AioError `bad_migrations` if their numbers have a gap or a file breaks the rules
 */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(FILE_NAME.exec(name)?.[1]);
      if (version !== index + 1) {
        throw bad(`Migration ${name} must have the number ${String(index + 1).padStart(4, '0')}.`);
      }
      return parseMigration(name, await readFile(new URL(name, folder), 'utf8'));
    }),
  );
}

/** @throws AioError `bad_migrations` */
export function parseMigration(name: string, sql: string): Migration {
  const version = Number(FILE_NAME.exec(name)?.[1]);
  const worksFrom = Number(WORKS_FROM.exec(sql)?.[1] ?? version);
  if (!(worksFrom >= 1 && worksFrom <= version))
    throw bad(
      `Migration ${name} says "works with code from ${worksFrom}": the number must be between 1 and ${version}.`,
    );
  const statements = sql.replaceAll(/--.*$/gm, '').trim();
  const [, index = null] = REPEATABLE.exec(statements) ?? [];
  if (index === null && CONCURRENTLY.test(statements))
    throw bad(
      `Migration ${name} builds or drops an index concurrently, so it must be one statement: "create index concurrently if not exists …" or "drop index concurrently if exists …".`,
    );
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { version, name, checksum, sql, worksFrom, index };
}

function bad(message: string): AioError {
  return new AioError('bad_migrations', message);
}
