import type { RunEvent } from '../../shared/api.ts';

/** EventSource delivers only types that have a listener. A type missing here does not compile. */
const EVERY_TYPE: Record<RunEvent['type'], true> = {
  'run.queued': true,
  'run.started': true,
  'run.succeeded': true,
  'run.failed': true,
  'run.cancelled': true,
  'step.started': true,
  'step.waiting': true,
  'step.retrying': true,
  'step.succeeded': true,
  'step.failed': true,
  'step.skipped': true,
  'step.cancelled': true,
};

export const RUN_EVENT_TYPES = Object.keys(EVERY_TYPE);
