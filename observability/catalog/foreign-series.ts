/** Series that boards and rules read and no process of ours exposes, with their labels. */
export const FOREIGN_SERIES = {
  /** Prometheus, of each target: 1 = its last scrape was answered. */
  up: ['job', 'instance'],
  /** Prometheus, of each target: samples in its last scrape. */
  scrape_samples_scraped: ['job', 'instance'],
  /** Prometheus, of each target: how long its last scrape took, the network included. */
  scrape_duration_seconds: ['job', 'instance'],
  /** Prometheus, of each alert that is pending or firing. */
  ALERTS: ['alertname', 'alertstate', 'severity'],
  /** k6, while it runs: virtual users. */
  k6_vus: ['testid'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ForeignName = keyof typeof FOREIGN_SERIES;
