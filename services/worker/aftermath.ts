import type { Pool } from '@aio/platform/pool';
import { type CancelledRun, cancelChildren } from '@aio/platform/queries/cancel-run';
import { tellParents } from '@aio/platform/queries/children';
import { deliverEvents } from '@aio/platform/queries/deliver-events';
import type { ChangedRun } from '@aio/core/run/storage';

/** What follows, in other runs, from what was committed for one. */
export interface Aftermath {
  /** Steps of the run wait for events, which may be there already. */
  eventAwaited(runId: string): void;
  /** The run has ended: its parent's step waits for that. */
  childEnded(runId: string): void;
  /** Steps of the run wait no longer for the runs that they started. */
  childrenLeft(runId: string): void;
  /** Does what a process left undone that died in between. */
  sweep(): Promise<void>;
}

const RUNS_PER_SWEEP = 1000;

/** All that comes up in one turn of the event loop is one statement. */
export function createAftermath(deps: {
  db: Pool;
  /** The runs have messages. */
  changed: (runs: readonly ChangedRun[]) => void;
  /** Runs that nobody waited for any more were ended. */
  cancelled: (runs: readonly CancelledRun[]) => void;
  /** Executors that have steps of the run are to look at it. */
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
    let gathered = new Set<string>();
    return (runId: string) => {
      gathered.add(runId);
      if (gathered.size > 1) return;
      setImmediate(() => {
        const runIds = [...gathered];
        gathered = new Set();
        act(runIds).then(changed, (error: unknown) => onError(what, error));
      });
    };
  }

  return {
    eventAwaited: grouped('look for events', (runIds) => deliverEvents(db, { runIds })),
    childEnded: grouped('notify parent runs', (ids) => tellParents(db, { ids, limit: ids.length })),
    childrenLeft: grouped('cancel child runs that no step waits for', cancelOrphans),
    async sweep() {
      const touched = [
        await deliverEvents(db, { all: RUNS_PER_SWEEP }),
        await cancelOrphans(null),
        await tellParents(db, { ids: null, limit: RUNS_PER_SWEEP }),
      ];
      changed(touched.flat());
    },
  };
}
