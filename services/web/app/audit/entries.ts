/** By the API's operation id. */
export const ACTIONS: Readonly<Record<string, { label: string; icon: string }>> = {
  submitRun: { label: 'Started a run', icon: 'i-lucide-play' },
  cancelRun: { label: 'Cancelled a run', icon: 'i-lucide-ban' },
  retryRun: { label: 'Retried a run', icon: 'i-lucide-rotate-ccw' },
  replayRun: { label: 'Replayed a run', icon: 'i-lucide-repeat' },
  createWorkflowVersion: { label: 'Stored a workflow version', icon: 'i-lucide-workflow' },
  publishVersion: { label: 'Published a workflow version', icon: 'i-lucide-upload' },
  pauseWorkflow: { label: 'Paused a workflow', icon: 'i-lucide-pause' },
  resumeWorkflow: { label: 'Resumed a workflow', icon: 'i-lucide-circle-play' },
  decideApproval: { label: 'Decided an approval', icon: 'i-lucide-user-check' },
  postEvent: { label: 'Sent an event', icon: 'i-lucide-bell' },
  putSecret: { label: 'Set a secret', icon: 'i-lucide-key-round' },
  deleteSecret: { label: 'Deleted a secret', icon: 'i-lucide-trash-2' },
  pauseQueue: { label: 'Paused a queue', icon: 'i-lucide-pause' },
  resumeQueue: { label: 'Resumed a queue', icon: 'i-lucide-circle-play' },
  startGame: { label: 'Broke the system in a game day', icon: 'i-lucide-swords' },
  stopGame: { label: 'Ended a game day', icon: 'i-lucide-wrench' },
  runTraffic: { label: 'Started or stopped traffic of game days', icon: 'i-lucide-activity' },
  finishLogin: { label: 'Logged in', icon: 'i-lucide-log-in' },
  logout: { label: 'Logged out', icon: 'i-lucide-log-out' },
};

/** Label and icon of an operation; an unknown one shows its id. */
export function describeAction(action: string): { label: string; icon: string } {
  return Object.hasOwn(ACTIONS, action)
    ? ACTIONS[action]!
    : { label: action, icon: 'i-lucide-pencil' };
}

/** The page of an audit entry's target; null = none. */
export function targetPage(target: string | null): string | null {
  const [noun = '', id = ''] = target?.split('/') ?? [];
  switch (noun) {
    case 'runs':
    case 'workflows':
      return `/${noun}/${id}`;
    case 'secrets':
      return '/settings/secrets';
    case 'queues':
      return '/health/queues';
    case 'game-days':
      return '/health/game-days';
    default:
      return null;
  }
}

/** The target with its UUID shortened to the last six characters. */
export function shortTarget(target: string | null): string {
  if (target === null) return 'the system';
  return target.replace(/[0-9a-f]{8}-[0-9a-f-]{21}([0-9a-f]{6})$/, '…$1');
}
