import { AioError } from '@aio/core/errors';
import type { Queryable } from './queryable.ts';

/**
 * What is between a process and PostgreSQL.
 * - `none`: nothing; a connection is a session
 * - `transaction`: a pooler such as PgBouncer in transaction mode. A connection of the server is lent for one
 *   transaction, so nothing of a session is used: no settings at its start, no named statements
 * - `transaction-prepared`: the same, and it knows named statements: PgBouncer 1.21 and later with
 *   `max_prepared_statements`
 */
export const POOLERS = ['none', 'transaction', 'transaction-prepared'] as const;

export type Pooler = (typeof POOLERS)[number];

/** No pool waits longer for a statement, see `PoolOptions`. */
const STATEMENT_TIMEOUT = '10s';

/**
 * Behind a pooler a client cannot set a limit for its statements. So the role has one in this database, which every new
 * connection of the server begins with. Ask for it past the pooler: `npm run migrate` does.
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
 * Resolves when the server ends statements that take too long, also of clients that have gone.
 * @throws AioError `no_statement_timeout` with one line that says what to do
 */
export async function requireStatementTimeout(db: Queryable): Promise<void> {
  const { rows } = await db.query({
    name: 'read-statement-timeout',
    text: `select current_setting('statement_timeout') as "statementTimeout"`,
  });
  if (rows[0].statementTimeout !== '0') return;
  throw new AioError(
    'no_statement_timeout',
    'Behind this pooler statements have no time limit: run "npm run migrate" with the same DATABASE_POOLER, then let the pooler connect again.',
  );
}
