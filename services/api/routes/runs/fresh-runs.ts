import { AIO, ATTRIBUTES } from '@aio/catalog/attributes';
import { FRESH_CHANNEL, type FreshRun } from '@aio/core/wake-up';
import type { SignalSender } from '@aio/platform/signals';
import { type RingDeps, ringWorkers } from './ring-workers.ts';

/** Runs that workers with room are told of while their rows are being written. */
export interface FreshRuns {
  /** Of a run that is about to be written. */
  prepare(run: FreshRun): Announcement;
  /** A worker has begun it. */
  begun(runId: string): void;
}

export interface Announcement {
  /** The row is on its way: the workers are told. */
  tell(): void;
  /** The row is there: workers are rung for, unless they were told and one begins the run soon. */
  written(): void;
  /** There will be no row. */
  dropped(): void;
}

/** Several times what it takes on an idle system. A ring that nobody needs would cost more than the run. */
const BEGUN_WITHIN_MS = 10;

export function createFreshRuns(
  deps: RingDeps & { signals: Pick<SignalSender, 'publishFresh'> },
): FreshRuns {
  const { signals, tracing } = deps;
  /** Not known to be begun; with the ring for it, once it is written. */
  const open = new Map<string, NodeJS.Timeout | undefined>();

  function publish(run: FreshRun): void {
    const attributes = {
      [ATTRIBUTES.messagingSystem]: 'redis',
      [ATTRIBUTES.messagingDestinationName]: FRESH_CHANNEL,
      [ATTRIBUTES.messagingOperationName]: 'publish',
      [ATTRIBUTES.messagingOperationType]: 'send',
      [AIO.runId]: run.id,
    };
    void tracing.inSpan('wakeUp', { queue: FRESH_CHANNEL }, { attributes }, async (span) => {
      const sent = await signals.publishFresh(run);
      if (!sent) span.setAttribute(ATTRIBUTES.errorType, 'unavailable');
    });
  }

  function ring(runId: string): void {
    open.delete(runId);
    ringWorkers(deps, { [AIO.runId]: runId });
  }

  return {
    prepare(run) {
      let isTold = false;
      return {
        tell() {
          isTold = true;
          open.set(run.id, undefined);
          publish(run);
        },
        written() {
          if (!isTold) ring(run.id);
          else if (open.has(run.id)) open.set(run.id, setTimeout(ring, BEGUN_WITHIN_MS, run.id));
        },
        dropped: () => void open.delete(run.id),
      };
    },
    begun(runId) {
      clearTimeout(open.get(runId));
      open.delete(runId);
    },
  };
}
