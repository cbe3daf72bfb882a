import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/attributes';
import { WAKE_UP_QUEUE } from '@aio/core/wake-up';
import type { WakeUps } from '@aio/platform/wake-ups';
import type { Tracing } from '@aio/runtime/tracing';

export interface RingDeps {
  tracing: Tracing;
  wakeUps: Pick<WakeUps, 'ring'>;
}

/**
 * Tells the workers that something wants one. Nobody waits for it: with Redis away nothing is told,
 * and nothing is lost, since they also look by themselves.
 * @param about what it is, for the span
 */
export function ringWorkers(deps: RingDeps, about: Attributes): void {
  const attributes = {
    [ATTRIBUTES.messagingSystem]: 'bullmq',
    [ATTRIBUTES.messagingDestinationName]: WAKE_UP_QUEUE,
    [ATTRIBUTES.messagingOperationName]: 'send',
    [ATTRIBUTES.messagingOperationType]: 'send',
    ...about,
  };
  void deps.tracing.inSpan('wakeUp', { queue: WAKE_UP_QUEUE }, { attributes }, async (span) => {
    const sent = await deps.wakeUps.ring();
    if (!sent) span.setAttribute(ATTRIBUTES.errorType, 'unavailable');
  });
}
