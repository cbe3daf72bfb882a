import type { Attributes } from '@opentelemetry/api';
import { AIO, ATTRIBUTES } from '@aio/catalog/attributes';
import { LOOK_AGAIN_AFTER_MS, WAKE_UP_QUEUE } from '@aio/core/wake-up';
import type { WakeUps } from '@aio/platform/wake-ups';
import type { Tracing } from '@aio/runtime/tracing';

interface RingDeps {
  tracing: Tracing;
  wakeUps: Pick<WakeUps, 'ring'>;
}

/**
 * Tells the workers that something wants one. Nobody waits for it: with Redis away nothing is told,
 * and nothing is lost, since they also look by themselves.
 * @param about what it is, for the span
 */
export function ringWorkers(deps: RingDeps, about: Attributes, runId?: string): void {
  const attributes = {
    [ATTRIBUTES.messagingSystem]: 'bullmq',
    [ATTRIBUTES.messagingDestinationName]: WAKE_UP_QUEUE,
    [ATTRIBUTES.messagingOperationName]: 'send',
    [ATTRIBUTES.messagingOperationType]: 'send',
    ...about,
  };
  void deps.tracing.inSpan('wakeUp', { queue: WAKE_UP_QUEUE }, { attributes }, async (span) => {
    const sent = await deps.wakeUps.ring(runId);
    if (!sent) span.setAttribute(ATTRIBUTES.errorType, 'unavailable');
  });
}

/**
 * Tells the workers of a run that is being written at this moment: a ring takes longer to be heard than a
 * row to be written. Whoever hears it too early looks again.
 * @returns whether a run that is written by now was so before anybody looked for the last time
 */
export function ringAhead(deps: RingDeps, runId: string): () => boolean {
  const rungAt = performance.now();
  ringWorkers(deps, { [AIO.runId]: runId }, runId);
  return () => performance.now() - rungAt < LOOK_AGAIN_AFTER_MS;
}
