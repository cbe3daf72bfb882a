const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in at most two units: `340 ms`, `1.25 s`, `3 m 20 s`; null is `–`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms > 0 && ms < 1) return '<1 ms';
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 10) < 1000) return `${trimZeros((ms / SECOND).toFixed(2))} s`;
  if (Math.round(ms / 100) < 600) return `${trimZeros((ms / SECOND).toFixed(1))} s`;
  const seconds = Math.round(ms / SECOND) * SECOND;
  if (seconds < HOUR) return pair(seconds, [MINUTE, 'm'], [SECOND, 's']);
  const minutes = Math.round(ms / MINUTE) * MINUTE;
  if (minutes < DAY) return pair(minutes, [HOUR, 'h'], [MINUTE, 'm']);
  return pair(Math.round(ms / HOUR) * HOUR, [DAY, 'd'], [HOUR, 'h']);
}

type Unit = readonly [ms: number, name: string];

function pair(ms: number, [big, bigName]: Unit, [small, smallName]: Unit): string {
  const rest = (ms % big) / small;
  const whole = `${Math.floor(ms / big)} ${bigName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

function trimZeros(decimal: string): string {
  return decimal.replace(/\.?0+$/, '');
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)\s*/giy;

/** Parses a duration such as `90` (seconds), `1.5 h` or `3 m 20 s` to ms; null = not a duration. */
export function readDuration(text: string): number | null {
  const written = text.trim();
  const seconds = Number(written);
  if (seconds > 0) return Math.round(seconds * 1000);
  const parts = [...written.matchAll(PART)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== written) return null;
  const ms = parts.reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * UNIT_MS[unit.toLowerCase()]!,
    0,
  );
  return ms > 0 ? Math.round(ms) : null;
}
