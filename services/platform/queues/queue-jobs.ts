import { type RunJob, runJobId, STEP_LANES, type StepJob, stepJobId } from '@aio/core/run/jobs';
import type { ReadyStep, RunTrace, WantedRun } from '@aio/core/run/storage';
import type { JobsOptions } from 'bullmq';
import { createBacklog } from './backlog.ts';
import { countQueuedRuns, countReadySteps } from '../queries/queues/count-backlog.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** Gives the trace contexts that jobs carry; undefined = the run is not traced. */
export interface JobContexts {
  contextOfRun(run: RunTrace): string | undefined;
  contextOfStep(step: ReadyStep): string | undefined;
}

/** A job as BullMQ takes it. */
export interface QueueJob {
  name: string;
  data: RunJob | StepJob;
  opts: JobsOptions;
}

/**
 * Priority of started runs: they continue before a crowd's new runs start, but do not delay the first runs of an idle
 * workflow. A crowd has more started runs than workers can hold.
 */
const STARTED_RUN = 10;
const KEPT_WHILE_OPEN = { removeOnComplete: true, removeOnFail: true };

/** Makes the jobs of runs and steps, with their ids, priorities and trace contexts. */
export function createQueueJobs(db: Queryable, contexts: JobContexts | undefined) {
  const queuedRuns = createBacklog(() => countQueuedRuns(db));
  const readySteps = new Map(
    STEP_LANES.map((lane) => [lane, createBacklog(() => countReadySteps(db, lane))]),
  );

  return {
    ofRun({ runId, epoch, workflowId, ...trace }: WantedRun): QueueJob {
      return {
        name: 'run',
        data: { runId, epoch },
        opts: {
          ...KEPT_WHILE_OPEN,
          ...carry(contexts?.contextOfRun(trace)),
          jobId: runJobId({ runId, epoch }),
          priority: epoch > 0 ? STARTED_RUN : queuedRuns.add(workflowId),
        },
      };
    },
    ofStep(ready: ReadyStep): QueueJob {
      const { lane, workflowId, owner, runId, step, iteration, attempt } = ready;
      const { crashes, resource, isResourceComputed } = ready;
      return {
        name: 'step',
        data: {
          runId,
          step,
          iteration,
          attempt,
          owner,
          crashes,
          resource,
          ...(isResourceComputed && { isResourceComputed }),
        },
        opts: {
          ...KEPT_WHILE_OPEN,
          ...carry(contexts?.contextOfStep(ready)),
          jobId: stepJobId({ runId, step, iteration, attempt }),
          priority: readySteps.get(lane)!.add(workflowId),
        },
      };
    },
  };
}

/** The worker that takes the job creates its span in this context. */
function carry(metadata: string | undefined): JobsOptions {
  return metadata === undefined ? {} : { telemetry: { metadata } };
}
