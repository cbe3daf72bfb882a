import { AioError } from '@aio/core/errors';
import type { HeldRun, OrchestratorDeps } from './held-run.ts';

/** Ends the run in this process; nothing more is written of it. */
export function leaveRun(run: HeldRun, code: string, message: string): void {
  if (run.state.phase === 'over') return;
  run.state.phase = 'over';
  if (run.timer) clearTimeout(run.timer);
  if (run.idleTimer) clearTimeout(run.idleTimer);
  for (const { reservation } of run.prepared.splice(0)) reservation?.close();
  if (run.busy > 0) run.abort.abort(new AioError(code, message));
  run.resolveDone();
}

/** Leaves a run whose epoch no longer holds: it was cancelled, or another worker has it. */
export function loseRun({ observer }: OrchestratorDeps, run: HeldRun): void {
  if (run.state.phase === 'over') return;
  observer.runLost(run.state);
  leaveRun(run, 'lease_lost', 'The run was cancelled, or another worker took it over.');
}
