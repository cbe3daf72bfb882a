import { Client, types } from 'pg';
import type { ClientConfig, PoolClient, QueryResult } from 'pg';
import PgPool from 'pg-pool';
import { isStorable } from '@aio/core/text/unstorable-text';
import {
  isDiskFull,
  leavesConnectionUsable,
  sqlStateOf,
  toDatabaseError,
  unstorableText,
} from './database-error.ts';
import type { Pooler } from './pooler.ts';
import type { Query, Queryable } from './queryable.ts';

export interface PoolOptions {
  databaseUrl: string;
  /** The most connections. Default 10. */
  max?: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** How long a caller waits for a connection. Default 2 s. */
  connectTimeoutMs?: number;
  /** When the server cancels a statement. Default 10 s; behind a pooler always 10 s. */
  statementTimeoutMs?: number;
  /** When we give up on the server, because a cut connection hangs for ever. Default 12 s. */
  queryTimeoutMs?: number;
  /** The pooler behind `databaseUrl`. Default `none`. */
  pooler?: Pooler;
  /** true = generic plans only (`force_generic_plan`); no effect behind a pooler. */
  planOnce?: boolean;
  /** Observes each query and each wait for a connection. */
  observe?: (server: DatabaseServer) => PoolObserver;
  /** Called when an idle connection breaks. The pool recovers by itself. */
  onError?: (error: Error) => void;
}

export interface DatabaseServer {
  host: string;
  port: number;
  database: string;
}

export interface PoolObserver {
  /** Called before each query, once it has a connection; calls the returned function at its end. */
  query(query: Query): Ended;
  /** Called when no connection is free; calls the returned function when the wait ends. */
  wait(): Ended;
}

/** @param sqlState SQLSTATE of an error that the server answered */
export type Ended = (error?: unknown, sqlState?: string) => void;

/**
 * Queries fail with AioError `unavailable` if the database is down (see `isUnavailable`), with `unstorable_text` if the
 * database cannot store a parameter, else with the server's DatabaseError. An int8 is a number if that is safe, a
 * timestamp a Date, json is parsed (select `::text` for its text).
 */
export interface Pool extends Queryable {
  readonly server: DatabaseServer;
  /** A connection for the caller alone until `release`; the pool discards broken ones. */
  connect(): Promise<Connection>;
  /** `most` = the limit. */
  connections(): { active: number; idle: number; waiting: number; most: number };
  /** How many queries have failed because the server's disk is full. */
  diskFullErrors(): number;
  /** Waits for connections in use, then closes all. */
  close(): Promise<void>;
}

export interface Connection extends Queryable {
  /** @param discard true = close the connection, whatever its state */
  release(discard?: boolean): void;
}

const INT8 = 20;
const CONNECT_TIMEOUT_MS = 2_000;
/** If a timeout fires this late, the process or its machine stood still: try again. */
const STOOD_STILL_MS = 50;

export function createPool(options: PoolOptions): Pool {
  const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const pool = new PgPool({
    Client,
    ...connectionSettings(options),
    max: options.max ?? 10,
    idleTimeoutMillis: 30_000,
  });
  // Without a listener, a restart of PostgreSQL ends the process.
  pool.on('error', (error) => options.onError?.(error));
  // Nor does pg-pool listen between connect and delivery to the caller.
  pool.on('connect', (client) => client.on('error', () => undefined));

  // Only to parse the URL and PostgreSQL's variables; it does not connect.
  const { host, port, database = '' } = new Client(connectionSettings(options));
  const server = { host, port, database };
  const observer = options.observe?.(server);
  let diskFullErrors = 0;
  const onFailure = (error: unknown): void => {
    if (isDiskFull(error)) diskFullErrors += 1;
  };

  async function acquire(): Promise<PoolClient> {
    const since = performance.now();
    try {
      return await pool.connect();
    } catch (error) {
      if (performance.now() - since < connectTimeoutMs + STOOD_STILL_MS) throw error;
      return pool.connect();
    }
  }

  async function connect(): Promise<Connection> {
    const ended = pool.idleCount === 0 ? observer?.wait() : undefined;
    try {
      const client = await acquire();
      ended?.();
      return wrap(client, { prepare: options.pooler !== 'transaction', observer, onFailure });
    } catch (error) {
      const seen = toDatabaseError(error);
      ended?.(seen, sqlStateOf(error));
      throw seen;
    }
  }

  return {
    server,
    connect,
    async query(query) {
      const connection = await connect();
      return connection.query(query).finally(() => connection.release());
    },
    connections: () => ({
      active: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      most: pool.options.max,
    }),
    diskFullErrors: () => diskFullErrors,
    close: () => pool.end(),
  };
}

/** The server cuts longer names, and then confuses two statements that begin alike. */
const LONGEST_NAME = 63;

/** @throws RangeError for a name that is too long */
function statementName({ name, variant }: Query): string {
  const whole = variant ? `${name} ${variant}` : name;
  if (whole.length > LONGEST_NAME) throw new RangeError(`statement name too long: ${whole}`);
  return whole;
}

/** Settings of each connection, also outside of a pool. */
export function connectionSettings(options: PoolOptions): ClientConfig {
  const { pooler = 'none', planOnce = false } = options;
  return {
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    query_timeout: options.queryTimeoutMs ?? 12_000,
    // Session settings, which a pooler refuses.
    ...(pooler === 'none' && {
      statement_timeout: options.statementTimeoutMs ?? 10_000,
      ...(planOnce && { options: '-c plan_cache_mode=force_generic_plan' }),
    }),
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 && format !== 'binary'
          ? parseInt8
          : types.getTypeParser(oid, format as 'text'),
    },
  };
}

function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/** All text parameters pass here. The server itself checks binary arrays. */
function requireStorable(values: readonly unknown[]): void {
  for (const value of values) {
    if (typeof value === 'string' && !isStorable(value)) throw unstorableText();
    if (Array.isArray(value)) requireStorable(value);
  }
}

function wrap(
  client: PoolClient,
  options: {
    prepare: boolean;
    observer: PoolObserver | undefined;
    onFailure: (error: unknown) => void;
  },
): Connection {
  let broken = false;
  // The pool listens only while a connection is idle.
  const onError = (): void => void (broken = true);
  client.on('error', onError);

  return {
    async query(query) {
      const { text, values = [] } = query;
      const prepare = (query.prepare ?? true) && options.prepare;
      const name = prepare ? statementName(query) : undefined;
      requireStorable(values);
      const ended = options.observer?.query(query);
      try {
        const result: QueryResult = await client.query(
          name === undefined ? { text, values } : { name, text, values },
        );
        ended?.();
        return result;
      } catch (error) {
        // A query that timed out may still run, so the pool must not reuse its connection.
        if (!leavesConnectionUsable(error)) broken = true;
        options.onFailure(error);
        const seen = toDatabaseError(error);
        ended?.(seen, sqlStateOf(error));
        throw seen;
      }
    },
    release(discard = false) {
      client.removeListener('error', onError);
      client.release(broken || discard);
    },
  };
}
