/** Queries and series of PromQL with their labels, and the error of one that the definitions do not allow. */

/** Labels that every scrape adds. */
export const TARGET_LABELS = ['job', 'instance'] as const;
export type TargetLabel = (typeof TARGET_LABELS)[number];

/** An instant vector and the labels of its series. */
export interface Query<L extends string = never> {
  readonly promql: string;
  readonly labels: readonly L[];
  /** Precedence of an operation: a lower one needs parentheses inside a higher one. */
  readonly binds?: number;
}

/** A plain selector, which may take a range. */
export interface Series<L extends string = never> extends Query<L> {
  readonly isSeries: true;
  /** Its matchers. Absent = none. */
  readonly matchings?: readonly Matching[];
  /** Whether observations of the histogram may have exemplars. */
  readonly hasExemplars?: boolean;
}

/** One matcher of a selector. */
export interface Matching {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A PromQL duration, or a variable of Grafana. */
export type Range = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}` | `$__${string}`;

/** A query that the definitions of metrics do not allow. The message starts with the caller's file. */
export class PromqlError extends Error {
  /** @param below function whose caller is reported; default: the first caller outside the builders of this folder */
  constructor(message: string, below?: (...args: never[]) => unknown) {
    super(message);
    this.name = 'PromqlError';
    if (below) Error.captureStackTrace(this, below);
    const caller = this.stack?.split('\n').find((line) => /^ +at /.test(line) && !OWN.test(line));
    const place = caller?.match(/([\w.-]+\/[\w.-]+\.[cm]?[jt]s:\d+):\d+\)?$/)?.[1];
    if (!place) return;
    this.message = `${place}: ${message}`;
    // An uncaught error prints the stack, which already contains the message without the place.
    this.stack = this.stack?.replace(message, () => this.message) ?? this.message;
  }
}

const OWN = /\/(promql|query|select|series)\.[jt]s:|PromqlError|<anonymous>|node:internal/;
