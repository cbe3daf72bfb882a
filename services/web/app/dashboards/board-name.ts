/** Boards are called `AIO / Runs`, since a Grafana has others, too. */
export function boardName(title: string): string {
  return title.replace(/^AIO \/ /, '');
}
