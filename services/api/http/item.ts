/** Index of a map's item as the API shows it: null = the step itself, -1 in the database. */
export function itemOrNull(iteration: number): number | null {
  return iteration === -1 ? null : iteration;
}
