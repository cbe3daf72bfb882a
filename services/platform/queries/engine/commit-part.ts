/** Rows of one table that a commit writes, beside the runs. */
export interface CommitPart<Progress, Row extends object> {
  name: string;
  /** What there is to write of one run. */
  of: (progress: Progress) => readonly Row[];
  /** PostgreSQL types by field. */
  columns: { readonly [Field in keyof Row & string]-?: string };
  /** The statement, given the name of its rows; `run` has the runs whose epoch held. */
  sql: (rows: string) => string;
}

/** Keeps a part's field names and its rows' type together. */
export function commitPart<Progress, Row extends object>(
  part: CommitPart<Progress, Row>,
): CommitPart<Progress, object> {
  return part as unknown as CommitPart<Progress, object>;
}

/** Rows as parameters, an array for each column; the names in SQL are the fields' in snake_case. */
export interface Columns {
  add(row: object): void;
  size(): number;
  /** Appends the arrays to the statement's values; answers the rows as a source to select from. */
  toSource(alias: string, values: unknown[]): string;
}

export function createColumns(types: Readonly<Record<string, string>>): Columns {
  const fields = Object.keys(types);
  const arrays = fields.map((): unknown[] => []);
  return {
    add(row) {
      for (const [index, field] of fields.entries()) {
        arrays[index]!.push((row as Record<string, unknown>)[field] ?? null);
      }
    },
    size: () => arrays[0]!.length,
    toSource(alias, values) {
      const places = fields.map(
        (field, index) => `$${values.push(arrays[index])}::${types[field]}[]`,
      );
      return `unnest(${places.join(', ')}) as ${alias}(${fields.map(toSnakeCase).join(', ')})`;
    },
  };
}

function toSnakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
