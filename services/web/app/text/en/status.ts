export const status = {
  pending: 'Pending',
  ready: 'Ready',
  queued: 'Queued',
  running: 'Running',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  failed: 'Failed',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
  worker_lost: 'Worker lost',
};
