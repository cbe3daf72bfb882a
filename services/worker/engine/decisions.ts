import type { Decision } from '@aio/platform/queries/engine/load-run';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { isExpanded } from './held-run.ts';
import { failUnit } from './outcome.ts';
import { closeUnit } from './settle.ts';
import type { Unit } from './unit.ts';
import { unitKey } from './unit.ts';

/** Ends the approvals that people have decided; a decision taken up before changes nothing. */
export function takeDecisions(
  deps: EngineDeps,
  run: HeldRun,
  decisions: readonly Decision[],
): void {
  for (const decision of decisions) {
    const index = run.plan.indexOf.get(decision.step);
    const unit =
      index === undefined ? undefined : run.units.get(unitKey(index, decision.iteration));
    if (unit?.waitsFor !== 'approval') continue;
    if (isExpanded(run, unit)) decide(deps, run, unit, decision);
    else run.earlyDecisions.push(decision);
  }
}

function decide(deps: EngineDeps, run: HeldRun, unit: Unit, decision: Decision): void {
  const { comment, decidedBy } = decision;
  if (decision.status === 'approved') {
    const value = { decision: 'approved', comment, by: decidedBy };
    closeUnit(deps, run, unit, {
      status: 'succeeded',
      output: { text: JSON.stringify(value), value },
    });
  } else {
    failUnit(deps, run, unit, {
      code: 'approval_rejected',
      message: comment ? `Rejected: ${comment}` : 'Rejected.',
      by: decidedBy,
    });
  }
}
