import { t } from '../text/i18n.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in at most two units: `340 ms`, `1.25 s`, `3 m 20 s`; null is `–`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms > 0 && ms < 1) return '<1 ms';
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 10) < 1000)
    return t('format.seconds', { n: trimZeros((ms / SECOND).toFixed(2)) });
  if (Math.round(ms / 100) < 600)
    return t('format.seconds', { n: trimZeros((ms / SECOND).toFixed(1)) });
  const seconds = Math.round(ms / SECOND) * SECOND;
  if (seconds < HOUR) return pair(seconds, [MINUTE, 'minutes'], [SECOND, 'seconds']);
  const minutes = Math.round(ms / MINUTE) * MINUTE;
  if (minutes < DAY) return pair(minutes, [HOUR, 'hours'], [MINUTE, 'minutes']);
  return pair(Math.round(ms / HOUR) * HOUR, [DAY, 'days'], [HOUR, 'hours']);
}

type Unit = readonly [ms: number, name: 'days' | 'hours' | 'minutes' | 'seconds'];

function pair(ms: number, [big, bigName]: Unit, [small, smallName]: Unit): string {
  const rest = (ms % big) / small;
  const whole = t(`format.${bigName}`, { n: Math.floor(ms / big) });
  return rest === 0 ? whole : `${whole} ${t(`format.${smallName}`, { n: rest })}`;
}

function trimZeros(decimal: string): string {
  return decimal.replace(/\.?0+$/, '');
}
