import type { Overview, Queue, Worker } from '../../shared/api.ts';

/**
 * Something that needs attention, and the page that shows it. `text` and `note` are keys below
 * `overview`.
 */
export interface Need {
  key: string;
  icon: string;
  to: string;
  text: 'alerts' | 'approvals' | 'failing' | 'paused' | 'unserved' | 'noWorkers';
  note?: 'pausedText' | 'unservedText' | 'noWorkersText';
  values: Record<string, string | number>;
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
    text: 'noWorkers',
    note: 'noWorkersText',
    values: {},
  };
}

function firingAlerts(count: number): Need {
  return {
    key: 'alerts',
    icon: 'i-lucide-siren',
    to: '/health/alerts',
    text: 'alerts',
    values: { count },
  };
}

function pausedQueue({ name, readySteps, queuedRuns }: Queue): Need {
  return {
    key: `paused ${name}`,
    icon: 'i-lucide-pause',
    to: '/health/queues',
    text: 'paused',
    note: 'pausedText',
    values: { name, count: name === RUN_QUEUE ? queuedRuns : readySteps },
  };
}

function unservedLane({ name }: Queue): Need {
  return {
    key: `unserved ${name}`,
    icon: 'i-lucide-unplug',
    to: '/health/queues',
    text: 'unserved',
    note: 'unservedText',
    values: { name },
  };
}

function pendingApprovals(count: number): Need {
  return {
    key: 'approvals',
    icon: 'i-lucide-user-check',
    to: '/inbox/approvals',
    text: 'approvals',
    values: { count },
  };
}

function failingWorkflow(workflow: Overview['workflows'][number]): Need {
  const { name, runs, failed, lastFailedRunId } = workflow;
  return {
    key: `failing ${name}`,
    icon: 'i-lucide-circle-x',
    to: lastFailedRunId ? `/runs/${lastFailedRunId}` : `/runs?workflow=${name}&status=failed`,
    text: 'failing',
    values: { name, runs, failed },
  };
}
