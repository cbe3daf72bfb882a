/** Spans of node-postgres, by wrapping the pool that you have. */
import {
  context,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import type { Pool, PoolClient } from 'pg';
import { describeQuery, describeServer, type DatabaseServer } from './describe-query.ts';
import { openSpanOf, recordError } from './span-state.ts';

type Callback = (error: unknown, ...rest: unknown[]) => void;
type Call = (...args: unknown[]) => unknown;

/** A configuration has the name of its prepared statement, if it has one. */
type Config = { name?: string; text: string; submit?: unknown; callback?: unknown };

/**
 * Makes each query of a pool (`pg.Pool` or pg-pool) a client span of the active trace, and each wait for a connection, if
 * none was idle, a span `acquire connection`. A span has server, database, operation, table and SQLSTATE, but neither the
 * statement nor its values or the message of an error. Without a sampled, open span above, there are none.
 *
 * Promises and callbacks are both traced; callbacks keep the caller's context. Cursors, streams and other `Submittable`s,
 * and a `callback` inside a configuration, pass untouched. Call it once, before the first query.
 *
 * @param options.scope name of the instrumentation scope, such as `my-service`
 * @param options.nameOf name of a query for span and `db.query.summary`, few values. Default: the name of its prepared
 *   statement, else operation and table, such as `SELECT things`
 * @returns the pool
 */
export function observePool<P extends Pool>(
  pool: P,
  options: {
    scope: string;
    version?: string;
    nameOf?: (query: { name?: string; text: string }) => string | undefined;
  },
): P {
  const { nameOf = ({ name }) => name } = options;
  const tracer = trace.getTracer(options.scope, options.version);
  const server = describeServer(serverOf(pool));
  const observed = new WeakSet<PoolClient>();

  /** @param describe called only if there is a span */
  function start(kind: SpanKind, describe: () => { name: string; attributes?: Attributes }) {
    const within = context.active();
    if (openSpanOf(within) === undefined) return undefined;
    const { name, attributes } = describe();
    return tracer.startSpan(name, { kind, attributes: { ...server, ...attributes } }, within);
  }

  function observeClient(client: PoolClient): void {
    if (observed.has(client)) return;
    observed.add(client);
    const send = client.query.bind(client) as Call;
    client.query = ((...args: [string | Config, ...unknown[]]) => {
      const [given] = args;
      const query = typeof given === 'string' ? { text: given } : given;
      // `pg` itself refuses what is neither.
      if (typeof query?.text !== 'string' || query.submit || query.callback) return send(...args);
      const span = start(SpanKind.CLIENT, () => {
        const attributes = describeQuery({ name: nameOf(query), text: query.text });
        return { name: attributes['db.query.summary'] ?? 'postgresql', attributes };
      });
      return callAndEnd(send, args, span);
    }) as typeof client.query;
  }

  const connect = pool.connect.bind(pool) as Call;
  // `pool.query` calls this, too, with a callback.
  pool.connect = ((...args: unknown[]) => {
    const span =
      pool.idleCount === 0
        ? start(SpanKind.INTERNAL, () => ({ name: 'acquire connection' }))
        : undefined;
    return callAndEnd(connect, args, span, (client) => observeClient(client as PoolClient));
  }) as typeof pool.connect;
  return pool;
}

/**
 * Calls a function of `pg` with a promise or a callback, and ends the span with its result.
 * @param onResult gets the result before the caller does
 */
function callAndEnd(
  call: Call,
  args: unknown[],
  span: Span | undefined,
  onResult?: (result: unknown) => void,
): unknown {
  const at = args.findLastIndex((arg) => typeof arg === 'function');
  if (at !== -1) {
    const callback = args[at] as Callback;
    // The pool calls back in the context of the caller that released the connection.
    const within: Context = context.active();
    args[at] = (error: unknown, ...rest: unknown[]) => {
      if (span) end(span, error);
      if (!error) onResult?.(rest[0]);
      context.with(within, callback, undefined, error, ...rest);
    };
  }
  const returned = call(...args);
  if (at !== -1 || (span === undefined && onResult === undefined)) return returned;
  return (returned as Promise<unknown>).then(
    (result) => {
      if (span) end(span);
      onResult?.(result);
      return result;
    },
    (error: unknown) => {
      if (span) end(span, error);
      throw error;
    },
  );
}

function end(span: Span, error?: unknown): void {
  if (error) {
    recordError(span, error);
    const sqlState = sqlStateOf(error);
    if (sqlState !== undefined) span.setAttribute('db.response.status_code', sqlState);
  }
  span.end();
}

/** SQLSTATE of the server's error, such as `23505`. Errors of the connection have a code, but no severity. */
function sqlStateOf(error: unknown): string | undefined {
  const { code, severity } = error as { code?: string; severity?: string };
  return severity === undefined ? undefined : code;
}

/** Where a pool connects to: from its options, the URL and PostgreSQL's variables, as its clients read them. */
function serverOf(pool: Pool): DatabaseServer {
  const { Client } = pool as unknown as { Client: new (options: unknown) => DatabaseServer };
  // Only to parse; it does not connect.
  const { host, port, database } = new Client(pool.options);
  return { host, port, database };
}
