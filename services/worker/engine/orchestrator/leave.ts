import { AioError } from '@aio/core/errors';
import type { HeldRun, OrchestratorDeps } from './held-run.ts';

/** Drops the run from this process, which writes nothing more for it. */
export function leaveRun(run: HeldRun, code: string, message: string): void {
  if (run.state.phase === 'over') return;
  run.state.phase = 'over';
  if (run.timer) clearTimeout(run.timer);
  if (run.idleTimer) clearTimeout(run.idleTimer);
  for (const { reservation } of run.prepared.splice(0)) reservation?.close();
  if (run.busy > 0) run.abort.abort(new AioError(code, message));
  run.resolveDone();
}

/** Drops a run whose epoch has changed: it was cancelled, or another worker took it over. */
export function loseRun({ observer }: OrchestratorDeps, run: HeldRun): void {
  if (run.state.phase === 'over') return;
  observer.runLost(run.state);
  leaveRun(run, 'lease_lost', 'The run was cancelled, or another worker took it over.');
}
