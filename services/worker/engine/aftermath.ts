import { createBatch } from '@aio/platform/batch';
import type { Pool } from '@aio/platform/postgres/pool';
import { type CancelledRun, cancelChildren } from '@aio/platform/queries/runs/cancel-run';
import { tellParents } from '@aio/platform/queries/runs/children';
import { deliverEvents } from '@aio/platform/queries/waits/deliver-events';
import type { ChangedRun } from '@aio/core/run/storage';

/** Does what a commit of one run means for other runs and events. */
export interface Aftermath {
  /** Steps of the run wait for events, which may have arrived already. */
  eventAwaited(runId: string): void;
  /** The run has ended: notifies its parent's step. */
  childEnded(runId: string): void;
  /** Steps of the run no longer wait for their child runs: cancels those. */
  childrenLeft(runId: string): void;
  /** Catches up on what a process that died between commit and aftermath left undone. */
  sweep(): Promise<void>;
}

const RUNS_PER_STATEMENT = 1000;

/** Runs of one turn of the event loop share a statement. The sweep makes up for one that fails. */
export function createAftermath(deps: {
  db: Pool;
  /** Called with runs that got messages. */
  changed: (runs: readonly ChangedRun[]) => void;
  /** Called with child runs that were cancelled. */
  cancelled: (runs: readonly CancelledRun[]) => void;
  /** Notifies executors that have attempts of the run. */
  tellChanged: (runId: string) => void;
  onError: (what: string, error: unknown) => void;
}): Aftermath {
  const { db, changed, cancelled, onError } = deps;

  async function cancelOrphans(parentIds: readonly string[] | null): Promise<ChangedRun[]> {
    const runs = await cancelChildren(db, parentIds);
    cancelled(runs);
    for (const { id } of runs) deps.tellChanged(id);
    return [];
  }

  function grouped(what: string, act: (runIds: string[]) => Promise<ChangedRun[]>) {
    const { send } = createBatch<string, void>({
      most: RUNS_PER_STATEMENT,
      async ask(runIds) {
        await act([...new Set(runIds)]).then(changed, (error: unknown) => onError(what, error));
        return runIds.map(() => undefined);
      },
    });
    return (runId: string) => void send(runId);
  }

  return {
    eventAwaited: grouped('look for events', (runIds) => deliverEvents(db, { runIds })),
    childEnded: grouped('notify parent runs', (ids) => tellParents(db, { ids, limit: ids.length })),
    childrenLeft: grouped('cancel child runs that no step waits for', cancelOrphans),
    async sweep() {
      const touched = [
        await deliverEvents(db, { all: RUNS_PER_STATEMENT }),
        await cancelOrphans(null),
        await tellParents(db, { ids: null, limit: RUNS_PER_STATEMENT }),
      ];
      changed(touched.flat());
    },
  };
}
