import { AioError } from '@aio/core/errors';
import type { Queryable } from './queryable.ts';

/**
 * The pooler between a process and PostgreSQL.
 * - `none`: a connection is a session
 * - `transaction`: a pooler such as PgBouncer in transaction mode. It lends a server connection for one transaction,
 *   so AIO uses no session settings and no named statements
 * - `transaction-prepared`: as before, but with named statements: PgBouncer 1.21 and later with
 *   `max_prepared_statements`
 */
export const POOLERS = ['none', 'transaction', 'transaction-prepared'] as const;

export type Pooler = (typeof POOLERS)[number];

/** The longest statement timeout of our pools, see `PoolOptions`. */
const STATEMENT_TIMEOUT = '10s';

/**
 * Sets a statement timeout for the role in this database, because clients of a pooler cannot set one. New server
 * connections use it. Call this without the pooler, as `npm run migrate` does.
 */
export async function limitStatementsOfRole(db: Queryable): Promise<void> {
  const { rows } = await db.query({
    name: 'describe-role',
    text: `select format('alter role %I in database %I set statement_timeout = %L',
             current_user, current_database(), $1::text) as text`,
    values: [STATEMENT_TIMEOUT],
  });
  await db.query({ name: 'limit-statements', text: rows[0].text, prepare: false });
}

/**
 * Resolves if the server has a statement timeout.
 * @throws AioError `no_statement_timeout` that says what to do
 */
export async function requireStatementTimeout(db: Queryable): Promise<void> {
  const { rows } = await db.query({
    name: 'read-statement-timeout',
    text: `select current_setting('statement_timeout') as "statementTimeout"`,
  });
  if (rows[0].statementTimeout !== '0') return;
  throw new AioError(
    'no_statement_timeout',
    'Behind this pooler, statements have no timeout. Run "npm run migrate" with the same DATABASE_POOLER, then let the pooler reconnect.',
  );
}
