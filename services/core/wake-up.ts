/** What travels through Redis. It carries no state: losing any of it loses nothing. */

/** Queue of the doorbell: a job in it says "something wants a worker", and PostgreSQL says what. */
export const WAKE_UP_QUEUE = 'aio-runs';

/** One waiting ring stands for all that is wanted: BullMQ drops another job of the same id. */
export const DOORBELL_JOB_ID = 'doorbell';

/** What a ring may carry: the one run that it is about, for a worker that has nothing else to do. */
export interface WakeUp {
  runId?: string;
}

/** Whoever hears a ring looks at once, and once more, no sooner than so long after the ring was sent. */
export const LOOK_AGAIN_AFTER_MS = 3;

/** Redis channel on which a changed run is named (payload: run id) so that its holder looks at once. */
export const SIGNAL_CHANNEL = 'aio-signals';

/** Redis channel on which a run is named of whose steps another worker has told something (payload: run id). */
export const TOLD_CHANNEL = 'aio-told';

/** Redis channel on which it is told that steps are offered (payload: id of the worker that offers them). */
export const OFFERED_CHANNEL = 'aio-offered';

/** Redis channel on which it is told that lanes were paused or resumed, or that a worker has come (no payload). */
export const LANES_CHANNEL = 'aio-lanes';
