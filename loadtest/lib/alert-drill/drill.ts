import type { BedOptions } from '../drill/bed.ts';
import type { DrillContext } from '../drill/drill.ts';
import type { Stand } from './stand.ts';

/** An alert, or those of its series that have these labels. */
export interface AlertMatch {
  /** Its name in the catalogue. */
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One thing that goes wrong, the alert that must tell of it, and what may be told beside. */
export interface AlertDrill {
  /** In lower case with dashes, as `--only` takes it. */
  name: string;
  /** What is done, by what means. */
  what: string;
  /** Every rule of these names must fire, and resolve when all is mended. */
  fires: readonly AlertMatch[];
  /** What follows from the same cause, or from mending it: it may fire, and must resolve too. */
  also?: readonly AlertMatch[];
  /** What its system is like, beside the usual. */
  bed?: BedOptions;
  /** The same, where it is known only when the drill begins: folders, ports. */
  prepare?(context: DrillContext): Promise<BedOptions>;
  /**
   * A hard failure: it runs by the shipped rules at full length, and what must fire has to reach somebody within
   * the limit of its severity. What is declared beside may still fire at the end: budgets burn for hours.
   */
  hard?: boolean;
  /** It takes a whole core: nothing else goes on beside it. */
  alone?: boolean;
  /**
   * Breaks something while a load goes on; resolves when it is broken, to what mends it. What it leaves
   * running by itself goes to `stand.defer`. Boards show the names of its workflows to whoever is to
   * find out what has broken: they do not tell.
   */
  inject?(stand: Stand): Promise<Mend>;
  /** Instead of `inject`, where the way from wrong to well is another one. */
  run?(stand: Stand): Promise<void>;
}

export type Mend = () => Promise<unknown>;
