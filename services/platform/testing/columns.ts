/** One column of rows. */
export function column<Row, Name extends keyof Row>(rows: readonly Row[], name: Name): Row[Name][] {
  return rows.map((row) => row[name]);
}

/** Several columns of rows. */
export function columns<Row, Name extends keyof Row>(
  rows: readonly Row[],
  ...names: Name[]
): Row[Name][][] {
  return rows.map((row) => names.map((name) => row[name]));
}
