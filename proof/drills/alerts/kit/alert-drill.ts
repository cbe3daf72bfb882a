import type { Stand, StandNeeds } from './stand.ts';

/** An alert, or its series with these labels. */
export interface AlertMatch {
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A fault, the alerts that must fire, and the alerts that may. */
export interface AlertDrill extends StandNeeds {
  /** In lower case with dashes; `--only` takes it. */
  name: string;
  what: string;
  /** Every rule with these names must fire, and resolve after the repair. */
  fires: readonly AlertMatch[];
  /** Alerts that may fire because of the fault or its repair. They must resolve, too. */
  also?: readonly AlertMatch[];
  /**
   * A hard failure: the drill uses the shipped rules, and alerts must reach the receiver within the limit of their
   * severity. Alerts in `also` may still fire at the end, because budgets burn for hours.
   */
  hard?: boolean;
  /** The fault ends after this time, whether alerts have fired or not. Without it, it ends once they have arrived. */
  lastsMs?: number;
  /** Ask for it after half an hour of traffic: `npm run drill -- night`. */
  night?: {
    /** Longest time from the fault to firing, in seconds. */
    firesWithin: number;
    /** What the text of the alert should say, as far as the fault decides it, e.g. `60 %`. */
    truth: string;
  };
  /**
   * Breaks something under load, and resolves to the repair. Register clean-ups with `stand.defer`. Boards show
   * the workflows' names during an on-call exercise, so names must not reveal the fault.
   */
  inject?(stand: Stand): Promise<Mend>;
  /** Replaces `inject` for drills with another procedure. */
  run?(stand: Stand): Promise<void>;
}

export type Mend = () => Promise<unknown>;

/** E.g. `DependencyDown redis, GaugesUnread api`. */
export function namesOf(matches: readonly AlertMatch[]): string {
  return matches
    .map(({ alert, labels }) => [alert, ...Object.values(labels ?? {})].join(' '))
    .join(', ');
}
