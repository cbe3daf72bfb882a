import { LONGEST_TIMER_MS } from './attempt.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { isExpanded } from './held-run.ts';
import { wakeUnit } from './outcome.ts';
import { requestStart } from './start.ts';

export function isOverdue(deps: EngineDeps, { claim }: HeldRun): boolean {
  return claim.deadlineAtMs !== null && claim.deadlineAtMs <= deps.clock.now();
}

/** When the run's next wait is over, by the database's clock; null = no time ends any. */
export function nextDueAt(run: HeldRun): number | null {
  let next = run.claim.deadlineAtMs;
  for (const unit of run.sleepers) {
    if (isExpanded(run, unit) && (next === null || unit.dueAtMs! < next)) next = unit.dueAtMs;
  }
  return next;
}

/** One timer per run, for the wait that ends first. */
export function setTimer(deps: EngineDeps, run: HeldRun): void {
  if (run.timer) clearTimeout(run.timer);
  run.timer = null;
  const dueAt = nextDueAt(run);
  if (dueAt === null || run.phase !== 'working') return;
  const delayMs = Math.min(Math.max(0, Math.ceil(dueAt - deps.clock.now())), LONGEST_TIMER_MS);
  run.timer = setTimeout(() => endWaits(deps, run), delayMs);
}

function endWaits(deps: EngineDeps, run: HeldRun): void {
  run.timer = null;
  if (run.phase !== 'working') return;
  const now = deps.clock.now();
  if (!isOverdue(deps, run)) {
    for (const unit of run.sleepers) {
      if (unit.dueAtMs! > now || !isExpanded(run, unit)) continue;
      if (wakeUnit(deps, run, unit) === 'start') requestStart(deps, run, unit);
    }
  }
  deps.advance(run);
}
