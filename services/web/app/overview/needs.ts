import type { Overview, Queue, Worker } from '../../shared/api.ts';

/** Something that needs attention, and the page that shows it. */
export interface Need {
  key: string;
  icon: string;
  to: string;
  text: string;
  note?: string;
}

/** From this share of failed runs on, a workflow needs attention. */
const FAILING_SHARE = 0.1;
/** The queue of runs. All other queues are lanes of steps. */
const RUN_QUEUE = 'default';

/**
 * Most urgent first: no workers, firing alerts, paused lanes, lanes without workers, approvals,
 * failing workflows.
 */
export function needsOf({
  overview,
  queues,
  workers,
  approvals,
  alerts = 0,
}: {
  overview: Overview | null;
  queues: readonly Queue[];
  workers: readonly Worker[] | null;
  /** Approvals that this person may decide. */
  approvals: number;
  /** Firing alerts. */
  alerts?: number;
}): Need[] {
  const hasNoWorker = workers !== null && !workers.some(({ alive }) => alive);
  return [
    ...(hasNoWorker ? [noWorkers()] : []),
    ...(alerts > 0 ? [firingAlerts(alerts)] : []),
    ...queues.filter(({ paused }) => paused).map(pausedQueue),
    ...(hasNoWorker ? [] : queues.filter(isUnserved).map(unservedLane)),
    ...(approvals > 0 ? [pendingApprovals(approvals)] : []),
    ...(overview?.workflows ?? []).filter(isFailing).map(failingWorkflow),
  ];
}

function isUnserved({ name, workers }: Queue): boolean {
  return workers === 0 && name !== RUN_QUEUE;
}

function isFailing({ runs, failed }: Overview['workflows'][number]): boolean {
  return failed > 0 && failed / runs >= FAILING_SHARE;
}

function noWorkers(): Need {
  const icon = 'i-lucide-unplug';
  return {
    key: 'workers',
    icon,
    to: '/health/queues',
    text: 'No workers are running',
    note: 'Runs wait in the queue until a worker starts.',
  };
}

function firingAlerts(count: number): Need {
  return {
    key: 'alerts',
    icon: 'i-lucide-siren',
    to: '/health/alerts',
    text: count === 1 ? '1 alert is firing' : `${count} alerts are firing`,
  };
}

function pausedQueue({ name, readySteps, queuedRuns }: Queue): Need {
  const waiting = name === RUN_QUEUE ? queuedRuns : readySteps;
  return {
    key: `paused ${name}`,
    icon: 'i-lucide-pause',
    to: '/health/queues',
    text: `Queue ${name} is paused`,
    note: waiting === 1 ? '1 step is waiting' : `${waiting} steps are waiting`,
  };
}

function unservedLane({ name }: Queue): Need {
  return {
    key: `unserved ${name}`,
    icon: 'i-lucide-unplug',
    to: '/health/queues',
    text: `No worker for ${name}`,
    note: 'Start a worker that names this lane in WORKER_KINDS.',
  };
}

function pendingApprovals(count: number): Need {
  return {
    key: 'approvals',
    icon: 'i-lucide-user-check',
    to: '/inbox/approvals',
    text:
      count === 1
        ? '1 approval is waiting for your decision'
        : `${count} approvals are waiting for your decision`,
  };
}

function failingWorkflow(workflow: Overview['workflows'][number]): Need {
  const { name, runs, failed, lastFailedRunId } = workflow;
  return {
    key: `failing ${name}`,
    icon: 'i-lucide-circle-x',
    to: lastFailedRunId ? `/runs/${lastFailedRunId}` : `/runs?workflow=${name}&status=failed`,
    text: `${name}: ${failed} of ${runs} runs failed`,
  };
}
