import { t } from '../text/i18n.ts';

/** Icons by the API's operation id; the labels are `audit.actions.<operation>`. */
export const ACTIONS: Readonly<Record<string, string>> = {
  submitRun: 'i-lucide-play',
  submitRuns: 'i-lucide-list-video',
  tryDefinition: 'i-lucide-flask-conical',
  cancelRun: 'i-lucide-ban',
  retryRun: 'i-lucide-rotate-ccw',
  replayRun: 'i-lucide-repeat',
  startBulk: 'i-lucide-list-checks',
  createWorkflowVersion: 'i-lucide-workflow',
  pauseWorkflow: 'i-lucide-pause',
  resumeWorkflow: 'i-lucide-circle-play',
  decideApproval: 'i-lucide-user-check',
  postEvent: 'i-lucide-bell',
  putSecret: 'i-lucide-key-round',
  deleteSecret: 'i-lucide-trash-2',
  pauseQueue: 'i-lucide-pause',
  resumeQueue: 'i-lucide-circle-play',
  startGame: 'i-lucide-swords',
  stopGame: 'i-lucide-wrench',
  runTraffic: 'i-lucide-activity',
  finishLogin: 'i-lucide-log-in',
  logout: 'i-lucide-log-out',
};

/** Label and icon of an operation; an unknown one shows its id. */
export function describeAction(action: string): { label: string; icon: string } {
  return Object.hasOwn(ACTIONS, action)
    ? { label: t(`audit.actions.${action}`), icon: ACTIONS[action]! }
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
  if (target === null) return t('audit.system');
  return target.replace(/[0-9a-f]{8}-[0-9a-f-]{21}([0-9a-f]{6})$/, '…$1');
}
