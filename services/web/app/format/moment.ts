/** Formats of times, in the browser's time zone. */

const MINUTES = { hour: '2-digit', minute: '2-digit' } as const;
const SECONDS = { ...MINUTES, second: '2-digit' } as const;

const timesWith = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', options);
const day = timesWith({ day: 'numeric', month: 'short' });
const clock = timesWith(SECONDS);
const minuteClock = timesWith(MINUTES);
const preciseClock = timesWith({ ...SECONDS, fractionalSecondDigits: 3 });

/** `14:05:09` today, `24 Nov 14:05:09` on another day; null is `–`. */
export function formatMoment(iso: string | null | undefined, nowMs: number): string {
  if (!iso) return '–';
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  return isToday ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}

/** `14:05:09.123`, for log lines and attempts; null is `–`. */
export function formatClock(iso: string | null | undefined): string {
  return iso ? preciseClock.format(new Date(iso)) : '–';
}

/** `14:05` */
export function formatClockMinute(iso: string): string {
  return minuteClock.format(new Date(iso));
}

/** The shortest form for an axis: a date at midnight, else a time. @param seconds since 1970 */
export function formatTick(seconds: number): string {
  const at = new Date(seconds * 1000);
  if (at.getSeconds() !== 0) return clock.format(at);
  return at.getHours() + at.getMinutes() === 0 ? day.format(at) : minuteClock.format(at);
}

/** `just now`, `3 min ago`, `2 h ago`, `5 d ago`. */
export function formatAge(iso: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(iso)) / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Formats an ISO 8601 time in UTC as `2026-11-25 18:00:00 UTC`, for tooltips. */
export function formatUtc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
