export { LEVEL_COLORS, PALETTE, panelId } from '@aio/slo/panels';

/**
 * The dashboards, by name, in the order in which people look at them. Never change a uid: Grafana refuses to provision a known board under another uid, and every
 * link to it breaks.
 */
export const BOARDS = {
  overview: { uid: 'aio-overview', title: 'AIO / Overview and SLOs' },
  runs: { uid: 'aio-runs', title: 'AIO / Runs and steps' },
  queueAndWorkers: { uid: 'aio-queue-workers', title: 'AIO / Queues and workers' },
  cost: { uid: 'aio-cost', title: 'AIO / Models and cost' },
  api: { uid: 'aio-api', title: 'AIO / API and access' },
  runtime: { uid: 'aio-runtime', title: 'AIO / Runtime and stores' },
  loadTest: { uid: 'aio-load-test', title: 'AIO / Load test' },
} as const;

export type BoardName = keyof typeof BOARDS;
export type BoardUid = (typeof BOARDS)[BoardName]['uid'];

/** Drops the prefix of `AIO / Runs`, which sets AIO's boards apart in Grafana. */
export function boardName(title: string): string {
  return title.replace(/^AIO \/ /, '');
}
