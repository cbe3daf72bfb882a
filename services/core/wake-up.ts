import { type Static, Type } from 'typebox';
import { compileSchema } from './json/schema-validator.ts';

/** What travels through Redis. It carries no state: losing any of it loses nothing. */

/** Queue of the doorbell: a job in it says "something wants a worker", and PostgreSQL says what. */
export const WAKE_UP_QUEUE = 'aio-runs';

/** One waiting ring stands for all that is wanted: BullMQ drops another job of the same id. */
export const DOORBELL_JOB_ID = 'doorbell';

/** Redis channel on which a changed run is named (payload: run id) so that its holder looks at once. */
export const SIGNAL_CHANNEL = 'aio-signals';

/** Redis channel on which a run is named of whose steps another worker has told something (payload: run id). */
export const TOLD_CHANNEL = 'aio-told';

/** Redis channel on which it is told that steps are offered (payload: id of the worker that offers them). */
export const OFFERED_CHANNEL = 'aio-offered';

/** Redis channel on which it is told that lanes were paused or resumed, or that a worker has come (no payload). */
export const LANES_CHANNEL = 'aio-lanes';

/** Redis channel on which a run is told of while its row is being written (payload: `FreshRun` as JSON). */
export const FRESH_CHANNEL = 'aio-fresh';

/** Redis channel on which a worker names runs that it has begun because it was told of them (payload: run ids, a space between). */
export const BEGUN_CHANNEL = 'aio-begun';

const FreshRunSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    workflowId: Type.String({ format: 'uuid' }),
    workflowName: Type.String(),
    workflowVersionId: Type.String({ format: 'uuid' }),
    /** JSON text. */
    input: Type.String(),
    stepsTotal: Type.Integer({ minimum: 1 }),
    /** null = none. */
    timeoutMs: Type.Union([Type.Number(), Type.Null()]),
    traceparent: Type.Union([Type.String(), Type.Null()]),
    parentSpanId: Type.Union([Type.String(), Type.Null()]),
    tracestate: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
);

/**
 * A run that is being submitted. A worker with room may begin it by what is said here; its first commit holds
 * only if the database says the same.
 */
export type FreshRun = Static<typeof FreshRunSchema>;

const findFaults = compileSchema(FreshRunSchema);

/** null = it is none: it comes from another version, or from a stranger. */
export function readFreshRun(text: string): FreshRun | null {
  try {
    const run: unknown = JSON.parse(text);
    return findFaults(run).length === 0 ? (run as FreshRun) : null;
  } catch {
    return null;
  }
}
