import { AioError } from '@aio/core/errors';
import { DatabaseError } from 'pg';

/**
 * SQLSTATEs by which the server says "not now": it starts, stops, is out of connections, memory or
 * disk, gave up on a slow or deadlocked statement, cannot read its disk, or is a standby.
 */
const NOT_NOW = /^(08|53|57P0|57014|58|40001|40P01|55P03|25006)/;

const DISK_FULL = '53100';

/** The server got a text with a NUL character. */
const BAD_CHARACTER = '22021';

/** The server has no room on its disk: it still reads, and answers what does not need any. */
export function isDiskFull(error: unknown): boolean {
  return sqlStateOf(error) === DISK_FULL;
}

/** How node-postgres answers a query that it cannot send. */
const MISUSE = /must be unique|must be an array|must have either/;

/** SQLSTATE of a failed query, e.g. `23505`; undefined = the server did not answer. */
export function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof DatabaseError) return error.code;
  return error instanceof AioError ? sqlStateOf(error.cause) : undefined;
}

/**
 * Whether the database was away, rather than against the query. The query may have been carried
 * out all the same: the connection can break between the commit and its answer.
 */
export function isUnavailable(error: unknown): boolean {
  return error instanceof AioError && error.code === 'unavailable';
}

/** A parameter has a text that no row can hold. The client that sent it is at fault. */
export function unstorableText(cause?: unknown): AioError {
  return new AioError(
    'unstorable_text',
    'A text has a NUL character or half of a surrogate pair, which the database cannot hold.',
    { cause },
  );
}

/** What a caller of the pool sees: AioError `unavailable` or `unstorable_text`, or the error as it came. */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError && error.code === BAD_CHARACTER) return unstorableText(error);
  const away = error instanceof DatabaseError ? NOT_NOW.test(error.code ?? '') : isBroken(error);
  if (!away) return error;
  return new AioError('unavailable', 'The database is not available.', { cause: error });
}

/** Whether the connection can be used again: the server answered the query and goes on. */
export function leavesConnectionUsable(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR';
}

/** Connections fail in many ways, from ECONNRESET to a read timeout; what else fails is known. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AioError || MISUSE.test(error.message))
    return false;
  return ![TypeError, RangeError, SyntaxError].some((known) => error instanceof known);
}
