/** What travels through Redis. It carries no state: losing any of it loses nothing. */

/** Payload of a job in `WAKE_UP_QUEUE`: "this run has something ready". */
export interface WakeUp {
  runId: string;
  /** The run's epoch when it was woken. It makes repeated wake-ups of one state a single job. */
  epoch: number;
  /**
   * Makes it a job of its own: the one before may be with a worker that died before it claimed the run,
   * and until Redis notices, its id swallows every other.
   */
  again?: number;
}

export const WAKE_UP_QUEUE = 'aio-runs';

/** One waiting job per run and epoch; BullMQ refuses ids with `:` and ids of digits only. */
export function wakeUpJobId(wakeUp: WakeUp): string {
  const id = `run-${wakeUp.runId}-${wakeUp.epoch}`;
  return wakeUp.again === undefined ? id : `${id}-${wakeUp.again}`;
}

/** Redis channel on which a changed run is named (payload: run id) so that its holder looks at once. */
export const SIGNAL_CHANNEL = 'aio-signals';
