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

/**
 * Number of a panel in Grafana, derived from its title, which is unique within the board. So links of alerts survive when
 * other panels change.
 * @returns 1 to 1,000,000
 */
export function panelId(board: BoardUid, title: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${board}/${title}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return ((hash >>> 0) % 1_000_000) + 1;
}
