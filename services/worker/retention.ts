import { deleteOldRuns } from '@aio/platform/queries/delete-old-runs';
import type { Queryable } from '@aio/platform/postgres/queryable';
import type { Logger } from '@aio/runtime/logger';
import { logEvent } from '@aio/runtime/log-event';
import type { WorkerConfig } from './settings/config.ts';
import { repeat } from './engine/repeat.ts';

const EVERY_MS = 60_000;
const AT_ONCE = 1_000;

/** Deletes runs that are no longer kept. Every worker looks once a minute; together, they delete each run once. */
export function startRetention(deps: {
  db: Queryable;
  config: Pick<WorkerConfig, 'keepRunsMs'>;
  log: Logger;
  onTrouble: (what: string, error: unknown) => void;
}): { close(): Promise<void> } {
  const { db, log, onTrouble } = deps;
  const { keepRunsMs: keepMs } = deps.config;
  if (keepMs === null) return { close: () => Promise.resolve() };
  let isStopping = false;

  async function look(): Promise<void> {
    let runs = 0;
    for (let more = true; more && !isStopping;) {
      const deleted = await deleteOldRuns(db, { keepMs: keepMs!, limit: AT_ONCE });
      runs += deleted;
      more = deleted === AT_ONCE;
    }
    if (runs > 0) logEvent(log, 'runsDeleted', { runs });
  }

  const stop = repeat(EVERY_MS, look, (error) => onTrouble('delete old runs', error));
  return {
    async close() {
      isStopping = true;
      await stop();
    },
  };
}
