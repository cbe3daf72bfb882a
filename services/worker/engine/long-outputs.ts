import { MAX_ROW_OUTPUT_BYTES, STORED_FROM_BYTES } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepOutput } from '@aio/core/run/step-state';
import type { EngineStorage, StepFacts } from '@aio/core/run/storage';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import type { StoredOutputs } from '@aio/platform/outputs/stored-outputs';
import type { Reservation } from './room.ts';
import { whileAway } from './while-away.ts';

const READ_AT_ONCE = 16;
/** How long an output that is too long for its row waits for the store: the user may have paid a vendor for it. */
const PATIENCE_MS = 60_000;

/** Writes long outputs to the output store, and reads them. */
export interface Outputs {
  /**
   * Puts a long output into the store. While the store is away, an output that fits its row stays there; a longer one waits
   * a minute for the store.
   * @param signal abort it to stop waiting
   * @throws StepError `output_store_away`; `output_too_large` if OUTPUT_STORE is none
   */
  keep(runId: string, text: string, signal: AbortSignal): Promise<Pick<StepOutput, 'text' | 'ref'>>;
  /**
   * Loads what expressions can name of these steps, including outputs in the store. `reservation` holds the room for those.
   * @throws StepError `output_store_away`, `output_missing`; both can be retried
   * @throws AioError `values_too_large`
   */
  loadFacts(
    runId: string,
    steps: readonly string[],
    reservation: Reservation,
    signal?: AbortSignal,
  ): Promise<StepFacts[]>;
}

export function createOutputs(deps: {
  storage: Pick<EngineStorage, 'loadFacts'>;
  stored: StoredOutputs;
  /** Default: `PATIENCE_MS`. */
  patienceMs?: number | undefined;
  onTrouble: (what: string, error: unknown) => void;
}): Outputs {
  const { storage, stored, patienceMs = PATIENCE_MS } = deps;

  async function read(runId: string, fact: StepFacts): Promise<StepFacts> {
    const { step, outputRef, status } = fact;
    if (outputRef === null || status !== 'succeeded') return fact;
    try {
      return { ...fact, output: await stored.read(runId, outputRef) };
    } catch (error) {
      const { code, message } = error as AioError;
      const what = `The worker could not read the output of step ${step} (${outputRef.bytes} bytes). ${message}`;
      throw new StepError(code, what, { retryable: true, details: { step }, cause: error });
    }
  }

  return {
    async keep(runId, text, signal) {
      const bytes = Buffer.byteLength(text);
      const fits = bytes <= MAX_ROW_OUTPUT_BYTES;
      if (bytes <= STORED_FROM_BYTES || (fits && !stored.isConfigured)) return { text, ref: null };
      if (!stored.isConfigured) throw tooLong(bytes, null);
      const until = performance.now() + (fits ? 0 : patienceMs);
      const onOutage = (error: unknown) => deps.onTrouble('store an output', error);
      try {
        const ref = await whileAway(() => stored.put(runId, text), {
          isAway: (error) => isStoreAway(error) || isUnavailable(error),
          isWanted: () => !signal.aborted && performance.now() < until,
          onOutage,
        });
        return { text: null, ref };
      } catch (error) {
        onOutage(error);
        if (fits) return { text, ref: null };
        throw tooLong(bytes, error as Error);
      }
    },

    async loadFacts(runId, steps, reservation, signal) {
      const facts = await storage.loadFacts(runId, steps);
      const bytes = facts.reduce((sum, { outputRef }) => sum + (outputRef?.bytes ?? 0), 0);
      if (bytes === 0) return facts;
      await reservation.take(bytes, signal);
      const whole: StepFacts[] = [];
      for (let from = 0; from < facts.length; from += READ_AT_ONCE) {
        const some = facts.slice(from, from + READ_AT_ONCE);
        whole.push(...(await Promise.all(some.map((fact) => read(runId, fact)))));
      }
      return whole;
    },
  };
}

/** @param away why the store failed; null = OUTPUT_STORE is none */
function tooLong(bytes: number, away: Error | null): StepError {
  const why =
    away?.message ?? 'OUTPUT_STORE is none. Set it to a folder or a bucket, or return less.';
  return new StepError(
    away ? 'output_store_away' : 'output_too_large',
    `The output has ${bytes} bytes, and a row takes at most ${MAX_ROW_OUTPUT_BYTES}. Longer outputs need the output store. ${why}`,
    {
      retryable: away !== null,
      details: { bytes, limit: MAX_ROW_OUTPUT_BYTES },
      cause: away ?? undefined,
    },
  );
}

/** Whether the output store did not answer; it may later. */
export function isStoreAway(error: unknown): boolean {
  return error instanceof AioError && error.code === 'output_store_away';
}
