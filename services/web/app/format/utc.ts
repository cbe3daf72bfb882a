/** Formats an ISO 8601 time in UTC as `2026-11-25 18:00:00 UTC`, for tooltips. */
export function formatUtc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
