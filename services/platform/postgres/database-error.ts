import { AioError } from '@aio/core/errors';
import { DatabaseError } from 'pg';

/**
 * SQLSTATEs of temporary errors: the server starts or stops, is out of connections, memory or disk, cancelled a slow or
 * deadlocked statement, cannot read its disk, or is a standby.
 */
const NOT_NOW = /^(08|53|57P0|57014|58|40001|40P01|55P03|25006)/;

const DISK_FULL = '53100';

/** A text has a NUL character. */
const BAD_CHARACTER = '22021';

/** Whether the server's disk is full. It still answers queries that need no space. */
export function isDiskFull(error: unknown): boolean {
  return sqlStateOf(error) === DISK_FULL;
}

/** Errors of node-postgres for a query that it cannot send. */
const MISUSE = /must be unique|must be an array|must have either/;

/** SQLSTATE of a failed query, e.g. `23505`; undefined = the server did not answer. */
export function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof DatabaseError) return error.code;
  return error instanceof AioError ? sqlStateOf(error.cause) : undefined;
}

/**
 * Whether the database was unavailable, as opposed to a query that it refused. The query may still have taken effect:
 * the connection can break between the commit and its answer.
 */
export function isUnavailable(error: unknown): boolean {
  return error instanceof AioError && error.code === 'unavailable';
}

/** The error for a parameter that PostgreSQL cannot store. The client that sent it must change it. */
export function unstorableText(cause?: unknown): AioError {
  return new AioError(
    'unstorable_text',
    'A text has a NUL character or half of a surrogate pair, which the database cannot store.',
    { cause },
  );
}

/** The error for callers of the pool: AioError `unavailable` or `unstorable_text`, or the original error. */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError && error.code === BAD_CHARACTER) return unstorableText(error);
  const away = error instanceof DatabaseError ? NOT_NOW.test(error.code ?? '') : isBroken(error);
  if (!away) return error;
  return new AioError('unavailable', 'The database does not respond. Try again.', { cause: error });
}

/** Whether the connection is still usable: the server answered, and keeps the session. */
export function leavesConnectionUsable(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR';
}

/** Connections fail in many ways, from ECONNRESET to a read timeout, so this excludes the other known errors. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AioError || MISUSE.test(error.message))
    return false;
  return ![TypeError, RangeError, SyntaxError].some((known) => error instanceof known);
}
