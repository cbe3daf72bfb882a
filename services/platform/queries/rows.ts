import { type ElementType, toBinaryArray } from './binary-array.ts';

/** Collects rows as parameters of a statement. */
export interface Rows {
  /** @param place the first column: a short number for what the row belongs to */
  add(place: number, row: object): void;
  count(): number;
  /** Appends the parameters to the statement's values, in the order of `toSource`. */
  bind(form: RowsForm, values: unknown[]): void;
}

/** The form of rows in a statement: a number of rows with a parameter per value, or `any` number as arrays. */
export type RowsForm = number | 'any';

/** Columns of one kind of rows. In SQL, field names are in snake_case. */
export interface Columns {
  /** Number of columns: also the number of parameters of one row, or of all arrays. */
  readonly width: number;
  createRows(): Rows;
  /**
   * SQL: the source to select rows from.
   * @param from number of the first parameter
   */
  toSource(form: RowsForm, alias: string, from: number): string;
}

/** @param isPlannedOnce the statement runs in a pool with `planOnce` */
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
        // Next to longer arrays, null stands for an array of nulls: usually a third of a step's columns.
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

/** For few rows, as on an idle system: cheaper than encoding, decoding and scanning arrays. */
function valuesOf(columns: readonly ElementType[], from: number, count: number): string {
  const rows = Array.from({ length: count }, (_, row) => {
    const first = from + row * columns.length;
    return `(${columns.map((type, index) => `$${first + index}::${type}`).join(', ')})`;
  });
  return `(values ${rows.join(', ')})`;
}

/**
 * An array for each column. With the array in its own `select`, the planner sees that a new plan for each call gains
 * nothing; planning takes twice as long as the work. Such a `select` costs as much as a column, so a pool that plans
 * once does without.
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
