import type { QueryResult } from 'pg';

/** One SQL statement. */
export interface Query {
  /** Kebab-case name of the query's function: names it in metrics and spans. */
  name: string;
  text: string;
  /** Where the text has variants: which one, for the name that it is prepared under. */
  variant?: string;
  values?: unknown[];
  /**
   * Default true: planned once per connection, under its name. False where the text varies, or
   * where the best plan depends on the values.
   */
  prepare?: boolean;
}

/** What a query needs of the database: the pool, or the connection of a transaction. */
export interface Queryable {
  query(query: Query): Promise<QueryResult>;
}
