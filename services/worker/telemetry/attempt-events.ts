import { AIO } from '@aio/catalog/traces/attributes';
import { isInLane } from '@aio/core/run/step-state';
import { logEvent } from '@aio/runtime/log-event';
import { exemplarOf, sampledTraceId } from '@aio/runtime/trace-context';
import { markFailed } from '@aio/runtime/tracing';
import { trace } from '@opentelemetry/api';
import type { Observer } from '../engine/observer.ts';
import { fieldsOf, kindOf, queueTimeMs, secondsBetween, stepAttributes } from './describe-work.ts';
import type { Signals } from './signals.ts';

type AttemptEvents = Pick<
  Observer,
  'attemptStarted' | 'attemptFailed' | 'attemptLost' | 'attemptExecuted'
>;

/** Records what happens to attempts. The end of a step's last attempt is in `step-events.ts`. */
export function observeAttempts(signals: Signals): AttemptEvents {
  const { metrics, attempts, spans, contextOf, log, workerId } = signals;
  return {
    attemptStarted(run, step) {
      const { readyAtMs, startedAtMs } = step;
      if (readyAtMs === null || startedAtMs === null) return;
      metrics.stepQueueTime.observe(
        { kind: kindOf(step) },
        secondsBetween(readyAtMs, startedAtMs),
        exemplarOf(sampledTraceId(contextOf(run.claim)), run.claim.id),
      );
      spans.waitEnded(run, step, readyAtMs);
      if (isInLane(step)) spans.attemptQueued(run, step, startedAtMs);
    },

    attemptFailed(run, step, failure, endedAtMs) {
      metrics.stepRetries.inc({ kind: kindOf(step) });
      attempts.ended(run, step, { outcome: 'failed', endedAtMs, errorType: failure.code });
    },

    attemptLost(run, step, endedAtMs) {
      attempts.ended(run, step, { outcome: 'worker_lost', endedAtMs, errorType: 'worker_lost' });
      spans.jobLost(run, step, endedAtMs);
      logEvent(log, 'attemptLost', fieldsOf(run.claim, step));
    },

    attemptExecuted(run, step, { startedAtMs, endedAtMs, eventLoopActiveMs, errorType }) {
      const executed = { ...step, startedAtMs };
      const job = trace.getActiveSpan();
      job?.setAttributes({
        ...stepAttributes(run, step),
        [AIO.queueTimeMs]: queueTimeMs(executed),
        [AIO.executionTimeMs]: Math.max(0, endedAtMs - startedAtMs),
        [AIO.eventLoopActiveMs]: eventLoopActiveMs,
        [AIO.workerId]: workerId,
      });
      if (job && errorType !== null) markFailed(job, errorType);
      // The cancel has already counted the attempt; only the executor knows how long it took.
      if (errorType === 'cancelled')
        attempts.time(run, executed, { outcome: 'cancelled', endedAtMs, errorType });
    },
  };
}
