import { type ElementType, toBinaryArray } from './binary-array.ts';

/** Rows of one statement, as parameters. */
export interface Rows {
  /** @param place the column before all others: of what the row belongs to, and shorter than an id */
  add(place: number, row: object): void;
  count(): number;
  /** Appends the parameters to the statement's values, in the order of their source. */
  bind(form: RowsForm, values: unknown[]): void;
}

/** How rows stand in a statement: as many as this, each with parameters of its own, or any number as arrays. */
export type RowsForm = number | 'any';

/** Columns of one kind of rows; the names in SQL are the fields' in snake_case. */
export interface Columns {
  /** Number of columns, and of the parameters of one row, or of any number as arrays. */
  readonly width: number;
  createRows(): Rows;
  /**
   * What to select rows from.
   * @param from number of the first parameter
   */
  toSource(form: RowsForm, alias: string, from: number): string;
}

/** @param isPlannedOnce the statement's connections are those of a pool that has `planOnce` */
export function defineColumns(
  types: Readonly<Record<string, ElementType>>,
  { isPlannedOnce }: { isPlannedOnce: boolean },
): Columns {
  const fields = Object.keys(types);
  const columns = ['int', ...Object.values(types)] as ElementType[];
  const names = ['place', ...fields.map(toSnakeCase)].join(', ');
  return {
    width: columns.length,
    createRows: () => createRows(fields, columns),
    toSource(form, alias, from) {
      const source =
        form === 'any' ? arraysOf(columns, from, isPlannedOnce) : valuesOf(columns, from, form);
      return `${source} as ${alias}(${names})`;
    },
  };
}

function createRows(fields: readonly string[], columns: readonly ElementType[]): Rows {
  const arrays = columns.map((): unknown[] => []);
  const isFilled = columns.map(() => false);
  isFilled[0] = true;
  const places = arrays[0]!;
  return {
    add(place, row) {
      places.push(place);
      for (let index = 0; index < fields.length; index++) {
        const value = (row as Record<string, unknown>)[fields[index]!] ?? null;
        arrays[index + 1]!.push(value);
        if (value !== null) isFilled[index + 1] = true;
      }
    },
    count: () => places.length,
    bind(form, values) {
      if (form === 'any') {
        // Beside longer ones, no array is one of nulls: a third of a step's columns, most of the time.
        for (const [index, array] of arrays.entries())
          values.push(isFilled[index] ? toBinaryArray(columns[index]!, array) : null);
        return;
      }
      for (let row = 0; row < form; row++) {
        for (const array of arrays) values.push(array[row]);
      }
    },
  };
}

/** What an idle system sends: an array of few is made here, read there, and looked through. */
function valuesOf(columns: readonly ElementType[], from: number, count: number): string {
  const rows = Array.from({ length: count }, (_, row) => {
    const first = from + row * columns.length;
    return `(${columns.map((type, index) => `$${first + index}::${type}`).join(', ')})`;
  });
  return `(values ${rows.join(', ')})`;
}

/**
 * An array for each column. To the planner, an array in a `select` of its own is always the same array: it sees that
 * nothing is won by planning anew, which takes twice as long as the work. Each such `select` costs as much as a column,
 * so where nothing is planned anew there is none.
 */
function arraysOf(columns: readonly ElementType[], from: number, isPlannedOnce: boolean): string {
  const places = columns.map((type, index) => {
    const place = `$${from + index}::${type}[]`;
    return isPlannedOnce ? place : `(select ${place})`;
  });
  return `unnest(${places.join(', ')})`;
}

function toSnakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
