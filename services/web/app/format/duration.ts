const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in two units at most, e.g. `340 ms`, `1.25 s`, `3 m 20 s`; null is `–`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms > 0 && ms < 1) return '<1 ms';
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 10) < 1000) return `${trimZeros((ms / SECOND).toFixed(2))} s`;
  if (Math.round(ms / 100) < 600) return `${trimZeros((ms / SECOND).toFixed(1))} s`;
  const seconds = Math.round(ms / SECOND) * SECOND;
  if (seconds < HOUR) return pair(seconds, MINUTE, 'm', SECOND, 's');
  const minutes = Math.round(ms / MINUTE) * MINUTE;
  if (minutes < DAY) return pair(minutes, HOUR, 'h', MINUTE, 'm');
  return pair(Math.round(ms / HOUR) * HOUR, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = (ms % big) / small;
  const whole = `${Math.floor(ms / big)} ${bigName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

function trimZeros(decimal: string): string {
  return decimal.replace(/\.?0+$/, '');
}
