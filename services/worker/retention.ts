import { directUrlOf } from '@aio/platform/settings/config';
import { addPartitions, widthOf } from '@aio/platform/partitions/add-partitions';
import { createArchive } from '@aio/platform/partitions/archive-command';
import {
  FIRST_PARTITION,
  horizonOf,
  readPartitions,
} from '@aio/platform/partitions/read-partitions';
import { type Held, removePartitions } from '@aio/platform/partitions/remove-partitions';
import type { StoredOutputs } from '@aio/platform/outputs/stored-outputs';
import type { Pool } from '@aio/platform/postgres/pool';
import type { Logger } from '@aio/runtime/logger';
import { logEvent } from '@aio/runtime/log-event';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import type { WorkerConfig } from './settings/config.ts';
import { repeat } from './engine/repeat.ts';

const EVERY_MS = 60_000;
const REASONS: readonly Held[] = ['open_runs', 'in_use', 'not_archived'];

/**
 * Adds partitions for future runs, and drops those of runs that are no longer kept, with their outputs. Every worker looks
 * once a minute; one at a time acts.
 */
export function startRetention(deps: {
  db: Pool;
  stored: StoredOutputs;
  config: Pick<WorkerConfig, 'databaseUrl' | 'databaseDirectUrl' | 'keepRunsMs' | 'archiveCommand'>;
  registry: MetricsRegistry<'worker'>;
  log: Logger;
  onTrouble: (what: string, error: unknown) => void;
}): { close(): Promise<void> } {
  const { db, stored, log, onTrouble } = deps;
  const { keepRunsMs: keepMs, archiveCommand: command } = deps.config;
  const stopping = new AbortController();
  let horizon: Date | null = null;
  let held = new Map<Held, number>();
  const archive = createArchive({
    command,
    // Through a pooler in transaction mode, pg_dump would leave its settings on connections of others.
    databaseUrl: directUrlOf(deps.config),
    signal: stopping.signal,
    onError: (error) => onTrouble('archive runs', error),
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
    if (stored.isConfigured) await removeOutputs();
  }

  /** Removes the outputs of days before the oldest partition: their rows are archived and dropped. */
  async function removeOutputs(): Promise<void> {
    const [oldest] = await readPartitions(db);
    if (oldest === undefined || oldest.name === FIRST_PARTITION) return;
    for (const day of await stored.removeBefore(oldest.name))
      logEvent(log, 'outputsRemoved', { day });
  }

  deps.registry.collect(['partitionHorizon', 'partitionsHeld'], () => ({
    partitionHorizon:
      horizon === null ? [] : [{ labels: {}, value: (horizon.getTime() - Date.now()) / 1000 }],
    partitionsHeld: REASONS.map((reason) => ({ labels: { reason }, value: held.get(reason) ?? 0 })),
  }));

  const stop = repeat(EVERY_MS, look, (error) => onTrouble('add or drop partitions', error));
  return {
    async close() {
      stopping.abort();
      await stop();
    },
  };
}
