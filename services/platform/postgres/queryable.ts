import type { QueryResult } from 'pg';

/** One SQL statement. */
export interface Query {
  /** Kebab-case name of the query's function, for metrics and spans. */
  name: string;
  text: string;
  /** Distinguishes texts of the same name, for the name of the prepared statement. */
  variant?: string;
  values?: unknown[];
  /**
   * Default true: a prepared statement under its name. Set false if the text varies or the best plan depends on the
   * values.
   */
  prepare?: boolean;
}

/** Executes a query: the pool, or the connection of a transaction. */
export interface Queryable {
  query(query: Query): Promise<QueryResult>;
}
