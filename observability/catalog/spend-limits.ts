/** From where on money is worth a ticket. */

/** Workflows that have a series of their own: the others are too different for a cost per run. */
export const PRICED_APART = { workflow: { not: 'other' } } as const;

/** What a workflow has to cost in an hour before its cost per run is looked at: cents are nobody's work. */
export const FLOOR_USD_PER_HOUR = 1;

/** Fewer runs than this say nothing of what a run costs. */
export const MIN_RUNS = 10;
