/** When spend becomes a ticket. */

/** Spend of a workflow per hour below which its cost per run raises no ticket. */
export const FLOOR_USD_PER_HOUR = 1;

/** With fewer runs, the cost per run means nothing. */
export const MIN_RUNS = 10;
