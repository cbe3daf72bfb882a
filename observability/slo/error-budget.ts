/** What is left of an error budget, in the words of every text, page and alert. */

/** As recorded: `recording-rules.ts` defines both numbers. */
export interface ErrorBudget {
  /** 1 = nothing is spent, below 0 = overspent; null = too few events to say. */
  readonly left: number | null;
  /** Events of the last 30 days. */
  readonly events: number;
  /** Events from which on it is a number. */
  readonly minEvents: number;
}

/** `99.2% of the error budget left, 30 days` */
export function describeBudget({ left, events, minEvents }: ErrorBudget): string {
  if (left === null) return `Too few events to say (${events} of at least ${minEvents})`;
  const percent = Math.round(left * 1000) / 10;
  return percent >= 0
    ? `${percent}% of the error budget left, 30 days`
    : `Error budget overspent by ${Math.ceil(-percent)}%, 30 days`;
}
