type Write = (fields: Record<string, unknown>, message: string) => void;

/** What the API needs of a logger. */
export interface Log {
  info: Write;
  warn: Write;
  error: Write;
}
