import type { RunStatus, StepStatus } from '../../shared/api.ts';
import { t } from '../text/i18n.ts';

type Color = 'primary' | 'success' | 'error' | 'warning' | 'info' | 'neutral';

/** Each state has an icon with its own shape, so that colour is never the only sign. */
export interface Appearance {
  label: string;
  icon: string;
  color: Color;
  isLive?: true; // the icon turns
}

const APPEARANCES: Record<
  RunStatus | StepStatus | 'worker_lost' | 'not_reached',
  Omit<Appearance, 'label'>
> = {
  pending: { icon: 'i-lucide-circle-dashed', color: 'neutral' },
  ready: { icon: 'i-lucide-circle-dot', color: 'info' },
  queued: { icon: 'i-lucide-list-end', color: 'info' },
  running: { icon: 'i-lucide-loader-circle', color: 'primary', isLive: true },
  waiting: { icon: 'i-lucide-hourglass', color: 'warning' },
  succeeded: { icon: 'i-lucide-circle-check', color: 'success' },
  failed: { icon: 'i-lucide-circle-x', color: 'error' },
  skipped: { icon: 'i-lucide-circle-slash', color: 'neutral' },
  cancelled: { icon: 'i-lucide-ban', color: 'neutral' },
  not_reached: { icon: 'i-lucide-circle-dashed', color: 'neutral' },
  worker_lost: { icon: 'i-lucide-unplug', color: 'error' },
};

/** The appearance of a run's, step's or attempt's state. An unknown state shows its own name. */
export function appearanceOf(status: string): Appearance {
  return Object.hasOwn(APPEARANCES, status)
    ? { label: t(`status.${status}`), ...APPEARANCES[status as keyof typeof APPEARANCES] }
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
