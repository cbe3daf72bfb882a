/** ISO 8601 in UTC with milliseconds, as all times of the API. */
export function isoTime(time: Date | string | number): string {
  return new Date(time).toISOString();
}

export function isoTimeOrNull(time: Date | string | null): string | null {
  return time === null ? null : isoTime(time);
}

/** null = one of the two has not happened. Never negative. */
export function msBetween(from: Date | string | null, to: Date | string | null): number | null {
  if (from === null || to === null) return null;
  return Math.max(0, new Date(to).getTime() - new Date(from).getTime());
}
