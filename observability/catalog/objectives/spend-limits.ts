/** When spend becomes a ticket. */

/** Workflows with their own series. `other` mixes workflows, so its cost per run means nothing. */
export const PRICED_APART = { workflow: { not: 'other' } } as const;

/** Spend of a workflow per hour below which its cost per run raises no ticket. */
export const FLOOR_USD_PER_HOUR = 1;

/** With fewer runs, the cost per run means nothing. */
export const MIN_RUNS = 10;
