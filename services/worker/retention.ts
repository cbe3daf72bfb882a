import { addPartitions, widthOf } from '@aio/platform/partitions/add-partitions';
import { horizonOf, readPartitions } from '@aio/platform/partitions/read-partitions';
import { type Held, removePartitions } from '@aio/platform/partitions/remove-partitions';
import type { Pool } from '@aio/platform/pool';
import type { Logger } from '@aio/runtime/logger';
import { logEvent } from '@aio/runtime/log-event';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import { createArchive } from './archive-command.ts';
import type { WorkerConfig } from './config.ts';
import { repeat } from './repeat.ts';

const EVERY_MS = 60_000;
const REASONS: readonly Held[] = ['open_runs', 'in_use', 'not_archived'];

/**
 * Makes partitions for the time to come, and drops those of runs that are no longer kept. Every worker looks once a
 * minute, one of them at a time does something.
 */
export function startRetention(deps: {
  db: Pool;
  config: Pick<WorkerConfig, 'databaseUrl' | 'keepRunsMs' | 'archiveCommand'>;
  registry: MetricsRegistry<'worker'>;
  log: Logger;
  onTrouble: (what: string, error: unknown) => void;
}): { close(): Promise<void> } {
  const { db, log, onTrouble } = deps;
  const { databaseUrl, keepRunsMs: keepMs, archiveCommand: command } = deps.config;
  const stopping = new AbortController();
  let horizon: Date | null = null;
  let held = new Map<Held, number>();
  const archive = createArchive({
    command,
    databaseUrl,
    signal: stopping.signal,
    onError: (error) => onTrouble('archiving runs', error),
  });

  async function look(): Promise<void> {
    for (const partition of await addPartitions(db, widthOf(keepMs)))
      logEvent(log, 'partitionAdded', { partition });
    horizon = horizonOf(await readPartitions(db));
    if (keepMs === null) return;
    const removal = await removePartitions(db, { keepMs, archive });
    if (removal === null) return;
    held = removal.held;
    for (const partition of removal.removed) logEvent(log, 'partitionDropped', { partition });
  }

  deps.registry.collect(['partitionHorizon', 'partitionsHeld'], () => ({
    partitionHorizon:
      horizon === null ? [] : [{ labels: {}, value: (horizon.getTime() - Date.now()) / 1000 }],
    partitionsHeld: REASONS.map((reason) => ({ labels: { reason }, value: held.get(reason) ?? 0 })),
  }));

  const stop = repeat(EVERY_MS, look, (error) => onTrouble('keeping partitions', error));
  return {
    async close() {
      stopping.abort();
      await stop();
    },
  };
}
