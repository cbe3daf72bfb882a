/**
 * The dashboards, by name. Their uids are frozen: the same board under another uid is refused by
 * Grafana when it is provisioned, and every link to it breaks.
 */
export const BOARDS = {
  overview: { uid: 'aio-overview', title: 'AIO / Overview and SLOs' },
  api: { uid: 'aio-api', title: 'AIO / API' },
  runs: { uid: 'aio-runs', title: 'AIO / DAG runs' },
  steps: { uid: 'aio-steps', title: 'AIO / Steps' },
  queueAndWorkers: { uid: 'aio-queue-workers', title: 'AIO / Queue and workers' },
  llm: { uid: 'aio-llm', title: 'AIO / LLM' },
  cost: { uid: 'aio-cost', title: 'AIO / Cost and owners' },
  loadTest: { uid: 'aio-load-test', title: 'AIO / Load test' },
  runtime: { uid: 'aio-runtime', title: 'AIO / Runtime and telemetry' },
  postgres: { uid: 'aio-postgres', title: 'AIO / PostgreSQL' },
  redis: { uid: 'aio-redis', title: 'AIO / Redis' },
  host: { uid: 'aio-host', title: 'AIO / Host' },
  logs: { uid: 'aio-logs', title: 'AIO / Logs' },
} as const;

export type BoardName = keyof typeof BOARDS;
export type BoardUid = (typeof BOARDS)[BoardName]['uid'];

/**
 * The number of a panel in Grafana, from its title, which is its name within the board: it stays when
 * other panels come and go, and alerts link to the panel that shows their cause.
 * @returns 1 to 1,000,000
 */
export function panelId(board: BoardUid, title: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${board}/${title}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return ((hash >>> 0) % 1_000_000) + 1;
}

/** Where Grafana shows one panel alone; without the host. */
export function panelPath(board: BoardUid, title: string): string {
  return `/d/${board}?viewPanel=${panelId(board, title)}`;
}
