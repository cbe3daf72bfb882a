import type { RunStatus, StepStatus } from '../../shared/api.ts';

const FINISHED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);

/** A finished run or step never changes again. */
export function isFinished(status: RunStatus | StepStatus): boolean {
  return FINISHED.has(status);
}
