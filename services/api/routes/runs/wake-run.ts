import type { Attributes } from '@opentelemetry/api';
import { AIO, ATTRIBUTES } from '@aio/catalog/attributes';
import { WAKE_UP_QUEUE, type WakeUp } from '@aio/core/wake-up';
import type { WakeUps } from '@aio/platform/wake-ups';
import type { Tracing } from '@aio/runtime/tracing';

interface Deps {
  tracing: Tracing;
  wakeUps: Pick<WakeUps, 'send'>;
}

/**
 * Tells the workers that a run has something ready. With Redis away nothing is told, and nothing is
 * lost: the reconciler finds the run.
 */
export async function wakeRun(deps: Deps, wakeUp: WakeUp): Promise<void> {
  await send(deps, [wakeUp], { [AIO.runId]: wakeUp.runId });
}

/** Like `wakeRun`, of many. */
export async function wakeRuns(deps: Deps, wakeUps: readonly WakeUp[]): Promise<void> {
  await send(deps, wakeUps, { [ATTRIBUTES.messagingBatchMessageCount]: wakeUps.length });
}

async function send(
  { tracing, wakeUps: sender }: Deps,
  wakeUps: readonly WakeUp[],
  ofThese: Attributes,
): Promise<void> {
  const attributes = {
    [ATTRIBUTES.messagingSystem]: 'bullmq',
    [ATTRIBUTES.messagingDestinationName]: WAKE_UP_QUEUE,
    [ATTRIBUTES.messagingOperationName]: 'send',
    [ATTRIBUTES.messagingOperationType]: 'send',
    ...ofThese,
  };
  await tracing.inSpan('wakeUp', { queue: WAKE_UP_QUEUE }, { attributes }, async (span) => {
    const sent = await sender.send(wakeUps);
    if (!sent) span.setAttribute(ATTRIBUTES.errorType, 'unavailable');
  });
}
