/** Drops the prefix of `AIO / Runs`, which sets AIO's boards apart in Grafana. */
export function boardName(title: string): string {
  return title.replace(/^AIO \/ /, '');
}
