import type { Pool } from '@aio/platform/postgres/pool';
import type { Component, Probes } from '@aio/platform/probes';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import type { Engine } from '../engine/engine.ts';

/** Registers the metrics that are read at each scrape. */
export function collectGauges(
  registry: MetricsRegistry<'worker'>,
  deps: {
    db: Pool;
    probes: Pick<Probes, 'check'>;
    engine: Pick<Engine, 'executing' | 'heldRuns'>;
    /** Slots in all lanes of the worker. */
    slots: number;
  },
): void {
  const { db, probes, engine, slots } = deps;
  registry.collect(
    [
      'workerSlots',
      'workerRunsHeld',
      'databasePoolConnections',
      'databasePoolLimit',
      'databasePoolWaiting',
    ],
    () => {
      const { active, idle, waiting, most } = db.connections();
      const used = engine.executing();
      return {
        workerSlots: [
          { labels: { state: 'used' }, value: used },
          { labels: { state: 'free' }, value: Math.max(0, slots - used) },
        ],
        workerRunsHeld: [{ labels: {}, value: engine.heldRuns() }],
        databasePoolConnections: [
          { labels: { state: 'active' }, value: active },
          { labels: { state: 'idle' }, value: idle },
        ],
        databasePoolLimit: [{ labels: {}, value: most }],
        databasePoolWaiting: [{ labels: {}, value: waiting }],
      };
    },
  );
  registry.collect(['dependencyUp'], async () => {
    const { components } = await probes.check();
    return {
      dependencyUp: Object.entries(components).map(([dependency, status]) => ({
        labels: { dependency: dependency as Component },
        value: status === 'ok' ? 1 : 0,
      })),
    };
  });
}
