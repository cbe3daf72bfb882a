/** What operations of the API are called where people read that somebody did them. */
export const ACTIONS: Readonly<Record<string, { label: string; icon: string }>> = {
  submitRun: { label: 'Started a run', icon: 'i-lucide-play' },
  submitRuns: { label: 'Started many runs', icon: 'i-lucide-list-video' },
  tryDefinition: { label: 'Tried a definition', icon: 'i-lucide-flask-conical' },
  cancelRun: { label: 'Cancelled a run', icon: 'i-lucide-ban' },
  retryRun: { label: 'Retried a run', icon: 'i-lucide-rotate-ccw' },
  replayRun: { label: 'Repeated a run', icon: 'i-lucide-repeat' },
  startBulk: { label: 'Cancelled or retried many runs', icon: 'i-lucide-list-checks' },
  createWorkflowVersion: { label: 'Stored a workflow version', icon: 'i-lucide-workflow' },
  decideApproval: { label: 'Decided an approval', icon: 'i-lucide-user-check' },
  postEvent: { label: 'Sent an event', icon: 'i-lucide-bell' },
  putSecret: { label: 'Set a secret', icon: 'i-lucide-key-round' },
  deleteSecret: { label: 'Deleted a secret', icon: 'i-lucide-trash-2' },
  pauseQueue: { label: 'Paused a queue', icon: 'i-lucide-pause' },
  resumeQueue: { label: 'Resumed a queue', icon: 'i-lucide-circle-play' },
  finishLogin: { label: 'Logged in', icon: 'i-lucide-log-in' },
  logout: { label: 'Logged out', icon: 'i-lucide-log-out' },
};

/** An operation that has no name here is shown by its id. */
export function describeAction(action: string): { label: string; icon: string } {
  return Object.hasOwn(ACTIONS, action)
    ? ACTIONS[action]!
    : { label: action, icon: 'i-lucide-pencil' };
}
