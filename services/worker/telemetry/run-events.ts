import { AIO } from '@aio/catalog/traces/attributes';
import { REJECTED } from '@aio/core/run/step-outcome';
import { recordCancelledRun } from '@aio/runtime/cancelled-run';
import { logEvent } from '@aio/runtime/log-event';
import { jobSpanOf } from '@aio/runtime/queue-tracing';
import { exemplarOf, sampledTraceId } from '@aio/runtime/trace-context';
import type { Observer } from '../engine/observer.ts';
import {
  beginsInLane,
  runError,
  runFields,
  secondsBetween,
  waitsForOthers,
} from './describe-work.ts';
import { createExpectedSeries } from './expected-series.ts';
import type { Signals } from './signals.ts';

type RunEvents = Pick<
  Observer,
  | 'workflowsStored'
  | 'runClaimed'
  | 'runLasts'
  | 'claimFailed'
  | 'runEnded'
  | 'runLost'
  | 'runsCancelled'
>;

/** Records the runs that this worker claims, ends, loses or cancels. */
export function observeRuns(signals: Signals): RunEvents {
  const { metrics, tracing, spans, contextOf, log, workerId } = signals;
  const expected = createExpectedSeries(metrics);
  return {
    workflowsStored(workflows) {
      workflows.forEach(expected.workflow);
    },

    runClaimed(run) {
      const { claim } = run;
      jobSpanOf()?.setAttributes({
        [AIO.runId]: claim.id,
        [AIO.workflowName]: claim.workflowName,
        [AIO.workerId]: workerId,
      });
      metrics.runClaims.inc({ outcome: 'claimed' });
      expected.run(run);
      if (claim.was === 'queued') {
        metrics.runQueueTime.observe(
          { begins_with: beginsInLane(run) ? 'lane' : 'inline' },
          secondsBetween(claim.createdAtMs, claim.nowMs),
          exemplarOf(sampledTraceId(contextOf(claim)), claim.id),
        );
      }
      spans.runQueued(claim);
      if (claim.takenFrom !== null) {
        metrics.leaseTakeovers.inc();
        metrics.leaseTakenOverAt.set({ worker: claim.takenFrom }, claim.nowMs / 1000);
      }
      logEvent(log, 'runClaimed', { ...runFields(claim), epoch: claim.epoch, was: claim.was });
    },

    runLasts: (run) => spans.runStarted(run),

    claimFailed(error) {
      metrics.runClaims.inc({ outcome: 'failed' });
      logEvent(log, 'claimFailed', { err: error });
    },

    runEnded(run, endedAtMs) {
      const { claim } = run;
      if (run.failure?.code === 'poison' && run.failure.step === undefined)
        metrics.poisonSteps.inc();
      const failed = run.failure?.code === REJECTED ? 'rejected' : 'failed';
      const outcome = run.status === 'succeeded' ? 'succeeded' : failed;
      const exemplar = exemplarOf(sampledTraceId(contextOf(claim)), claim.id);
      const ofWorkflow = { workflow: claim.workflowName, heldBy: claim.owner };
      metrics.runDuration.observe(
        ofWorkflow,
        secondsBetween(claim.createdAtMs, endedAtMs),
        exemplar,
      );
      if (!waitsForOthers(run))
        metrics.runTime.observe({}, secondsBetween(claim.createdAtMs, endedAtMs), exemplar);
      metrics.workflowRunsEnded.inc({ ...ofWorkflow, outcome });
      metrics.runsEnded.inc({ outcome });
      metrics.ownerRunsEnded.inc({ owner: claim.owner, outcome });
      spans.runEnded(run, endedAtMs);
      logEvent(log, 'runEnded', {
        ...runFields(claim),
        run_status: run.status,
        duration_ms: Math.round(endedAtMs - claim.createdAtMs),
        ...(run.status === 'failed' ? { error: runError(run.failure) } : {}),
      });
    },

    runLost(run) {
      metrics.leasesLost.inc();
      logEvent(log, 'runLost', { ...runFields(run.claim), epoch: run.claim.epoch });
    },

    runsCancelled(runs) {
      for (const run of runs) recordCancelledRun({ metrics, tracing }, run);
    },
  };
}
