import type { RunStatus, StepStatus } from '../../shared/api.ts';

type Color = 'primary' | 'success' | 'error' | 'warning' | 'info' | 'neutral';

/** Each state has an icon with its own shape, so that colour is never the only sign. */
export interface Appearance {
  label: string;
  icon: string;
  color: Color;
  isLive?: true; // the icon turns
}

const APPEARANCES: Record<RunStatus | StepStatus | 'worker_lost' | 'not_reached', Appearance> = {
  pending: { label: 'Pending', icon: 'i-lucide-circle-dashed', color: 'neutral' },
  ready: { label: 'Ready', icon: 'i-lucide-circle-dot', color: 'info' },
  queued: { label: 'Queued', icon: 'i-lucide-list-end', color: 'info' },
  running: { label: 'Running', icon: 'i-lucide-loader-circle', color: 'primary', isLive: true },
  waiting: { label: 'Waiting', icon: 'i-lucide-hourglass', color: 'warning' },
  succeeded: { label: 'Succeeded', icon: 'i-lucide-circle-check', color: 'success' },
  failed: { label: 'Failed', icon: 'i-lucide-circle-x', color: 'error' },
  skipped: { label: 'Skipped', icon: 'i-lucide-circle-slash', color: 'neutral' },
  cancelled: { label: 'Cancelled', icon: 'i-lucide-ban', color: 'neutral' },
  not_reached: { label: 'Not reached', icon: 'i-lucide-circle-dashed', color: 'neutral' },
  worker_lost: { label: 'Worker lost', icon: 'i-lucide-unplug', color: 'error' },
};

/** The appearance of a run's, step's or attempt's state. An unknown state shows its own name. */
export function appearanceOf(status: string): Appearance {
  return Object.hasOwn(APPEARANCES, status)
    ? APPEARANCES[status as keyof typeof APPEARANCES]
    : { label: status, icon: 'i-lucide-circle-help', color: 'neutral' };
}

const KIND_ICONS: Record<string, string> = {
  llm: 'i-lucide-sparkles',
  http: 'i-lucide-globe',
  transform: 'i-lucide-braces',
  map: 'i-lucide-layers',
  delay: 'i-lucide-timer',
  approval: 'i-lucide-user-check',
  wait: 'i-lucide-bell',
  workflow: 'i-lucide-workflow',
};

export function kindIcon(kind: string): string {
  return KIND_ICONS[kind] ?? 'i-lucide-box';
}

const FINISHED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);

/** A finished run or step never changes again. */
export function isFinished(status: RunStatus | StepStatus): boolean {
  return FINISHED.has(status);
}
