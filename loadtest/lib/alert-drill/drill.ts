import type { BedOptions } from '../drill/bed.ts';
import type { DrillContext } from '../drill/drill.ts';
import type { Stand } from './stand.ts';

/** An alert, or its series with these labels. */
export interface AlertMatch {
  /** Name in the catalogue. */
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A fault, the alerts that must fire, and the alerts that may. */
export interface AlertDrill {
  /** In lower case with dashes; `--only` takes it. */
  name: string;
  /** What the drill breaks, and how. */
  what: string;
  /** Every rule with these names must fire, and resolve after the repair. */
  fires: readonly AlertMatch[];
  /** Alerts that may fire because of the fault or its repair. They must resolve, too. */
  also?: readonly AlertMatch[];
  /** Options of the bed. */
  bed?: BedOptions;
  /** Options that are known only at the start, such as folders and ports. */
  prepare?(context: DrillContext): Promise<BedOptions>;
  /**
   * A hard failure: the drill uses the shipped rules, and alerts must reach the receiver within the limit of their
   * severity. Alerts in `also` may still fire at the end, because budgets burn for hours.
   */
  hard?: boolean;
  /** It needs a whole core, so no other drill may run at the same time. */
  alone?: boolean;
  /**
   * Breaks something under load, and resolves to the repair. Register clean-ups with `stand.defer`. Boards show
   * the workflows' names during an on-call exercise, so names must not reveal the fault.
   */
  inject?(stand: Stand): Promise<Mend>;
  /** Replaces `inject` for drills with another procedure. */
  run?(stand: Stand): Promise<void>;
}

export type Mend = () => Promise<unknown>;
