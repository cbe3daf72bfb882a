import type { AlertPromise, Mend } from '../../../alert-faults/fault.ts';
import type { Stand, StandNeeds } from './stand.ts';

/** Something broken on a bed of its own. A `Fault` is one that needs nothing of the bed. */
export interface AlertDrill extends AlertPromise, StandNeeds {
  /**
   * Breaks something under load, and resolves to the repair. Register clean-ups with `stand.defer`. Boards show the
   * names of workflows in a blind game day, so these must not reveal the fault.
   */
  inject(stand: Stand): Promise<Mend>;
}
