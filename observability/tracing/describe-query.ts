/** Attributes of database spans: what a statement does, without its text and values. */
import type { Attributes } from '@opentelemetry/api';

/** The server of a connection pool. */
export interface DatabaseServer {
  host: string;
  port: number;
  /** Name of the database. */
  database?: string | undefined;
}

export function describeServer({ host, port, database }: DatabaseServer): Attributes {
  return {
    'db.system.name': 'postgresql',
    ...(database !== undefined && { 'db.namespace': database }),
    'server.address': host,
    'server.port': port,
  };
}

/**
 * Operation and table, only of statements on one table. The summary is the name of the query, else both.
 * @param query.name few values, such as the name of its function or of its prepared statement
 */
export function describeQuery({ name, text }: { name?: string | undefined; text: string }) {
  const operation = OPERATION.exec(text)?.[1]?.toUpperCase();
  const table = operation && tableOf(text);
  const summary = name ?? (table ? `${operation} ${table}` : operation);
  return {
    ...(summary !== undefined && { 'db.query.summary': summary }),
    ...(operation !== undefined && { 'db.operation.name': operation }),
    ...(table !== undefined && { 'db.collection.name': table }),
  };
}

const OPERATION = /^\s*(select|insert|update|delete|begin|commit|rollback)\b/i;

/** Keywords before a table. A name before a bracket is a function, except in an insert. */
const TABLES =
  /\b(?:from|join)\s+([a-z_"][\w$."]*)(?![\w$."]|\s*\()|(?:\binto|(?<!\b(?:for|do) )\bupdate)\s+([a-z_"][\w$."]*)/gi;

/** Comments and values that stand in the text. */
const LITERALS =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\be'(?:[^'\\]|\\[\s\S])*'|'[^']*'|(\$\w*\$)[\s\S]*?\1/gi;

/** undefined = none, or several. */
function tableOf(text: string): string | undefined {
  const names = text.replace(LITERALS, "''").matchAll(TABLES);
  const tables = new Set(
    Array.from(names, ([, one, other]) => (one ?? other)!.replaceAll('"', '')),
  );
  return tables.size === 1 ? [...tables][0] : undefined;
}
