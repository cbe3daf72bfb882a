/** `2026-11-25 18:00:00 UTC` of an ISO 8601 time in UTC, for what is shown when a time is pointed at. */
export function formatUtc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
