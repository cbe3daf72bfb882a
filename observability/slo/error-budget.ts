/** What is left of an error budget, in the words of every text, page and alert. Browsers load this file. */

/** As recorded: `recording-rules.ts` defines both numbers. */
export interface ErrorBudget {
  /** 1 = nothing is spent, below 0 = overspent; null = too few events to say. */
  readonly left: number | null;
  /** Events of the last 30 days. */
  readonly events: number;
  /** Events from which on it is a number. */
  readonly minEvents: number;
}

export const BUDGET_WORDS = {
  left: '{percent}% of the error budget left, 30 days',
  overspent: 'Error budget overspent by {percent}%, 30 days',
  tooFew: 'Too few events to say ({events} of at least {minEvents})',
};

/** Which of the words apply, and the values to fill in. */
export function wordsOf({ left, events, minEvents }: ErrorBudget): {
  key: keyof typeof BUDGET_WORDS;
  values: Readonly<Record<string, string>>;
} {
  if (left === null)
    return { key: 'tooFew', values: { events: String(events), minEvents: String(minEvents) } };
  const percent = Math.round(left * 1000) / 10;
  return percent >= 0
    ? { key: 'left', values: { percent: String(percent) } }
    : { key: 'overspent', values: { percent: String(Math.ceil(-percent)) } };
}

/** `99.2% of the error budget left, 30 days` */
export function describeBudget(budget: ErrorBudget): string {
  const { key, values } = wordsOf(budget);
  return fillWords(BUDGET_WORDS[key], values);
}

/** Fills `{name}` in. */
export function fillWords(words: string, values: Readonly<Record<string, string>>): string {
  return words.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!);
}
