import { type ElementType, toBinaryArray } from './binary-array.ts';

/** Rows as parameters; the names in SQL are the fields' in snake_case. */
export interface Rows {
  /** @param place the column before all others: of what the row belongs to, and shorter than an id */
  add(place: number, row: object): void;
  /** Where the rows are written out in the statement, so that it is another one. */
  isSingle(): boolean;
  /** Appends the parameters to the statement's values; answers the rows as a source to select from. */
  toSource(alias: string, values: unknown[]): string;
}

/**
 * Columns of one kind of rows; what it returns gathers the rows of one statement.
 * @param isPlannedOnce the statement's connections are those of a pool that has `planOnce`
 */
export function defineColumns(
  types: Readonly<Record<string, ElementType>>,
  { isPlannedOnce }: { isPlannedOnce: boolean },
): () => Rows {
  const fields = Object.keys(types);
  const columns = ['int', ...Object.values(types)] as ElementType[];
  const names = ['place', ...fields.map(toSnakeCase)].join(', ');
  return () => {
    const arrays = columns.map((): unknown[] => []);
    const isFilled = columns.map(() => false);
    isFilled[0] = true;
    return {
      add(place, row) {
        arrays[0]!.push(place);
        for (let index = 0; index < fields.length; index++) {
          const value = (row as Record<string, unknown>)[fields[index]!] ?? null;
          arrays[index + 1]!.push(value);
          if (value !== null) isFilled[index + 1] = true;
        }
      },
      isSingle: () => arrays[0]!.length === 1,
      toSource(alias, values) {
        const source =
          arrays[0]!.length === 1
            ? oneRow(columns, arrays, values)
            : manyRows(columns, arrays, isFilled, values, isPlannedOnce);
        return `${source} as ${alias}(${names})`;
      },
    };
  };
}

/** What an idle system sends: an array of one is made here, read there, and looked through. */
function oneRow(columns: ElementType[], arrays: unknown[][], values: unknown[]): string {
  const places = columns.map((type, index) => `$${values.push(arrays[index]![0])}::${type}`);
  return `(values (${places.join(', ')}))`;
}

/**
 * An array for each column. To the planner, an array in a `select` of its own is always the same array: it sees that
 * nothing is won by planning anew, which takes twice as long as the work. Each such `select` costs as much as a column,
 * so where nothing is planned anew there is none. Beside longer ones, no array is one of nulls: a third of a step's
 * columns, most of the time.
 */
function manyRows(
  columns: ElementType[],
  arrays: unknown[][],
  isFilled: readonly boolean[],
  values: unknown[],
  isPlannedOnce: boolean,
): string {
  const places = columns.map((type, index) => {
    const array = isFilled[index] ? toBinaryArray(type, arrays[index]!) : null;
    const place = `$${values.push(array)}::${type}[]`;
    return isPlannedOnce ? place : `(select ${place})`;
  });
  return `unnest(${places.join(', ')})`;
}

function toSnakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
