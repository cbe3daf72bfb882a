import { seconds } from '../kill-drill/report.ts';
import type { AlertMatch } from './drill.ts';
import type { RuleTimes } from './judge.ts';

/** A rule is evaluated every second: what was not there at the next one is over. */
const NEXT_MS = 1000;

/** E.g. `NoApiUp pending 2.1 s, firing 7.1 s, resolved 1.4 s`; `-` = it was not. */
export function describeTimes(
  times: RuleTimes,
  { brokenAt, mendedAt }: { brokenAt: number; mendedAt: number },
): string {
  const { rule, pendingAt, firingAt, lastAt, isActive } = times;
  const resolvedAt = lastAt === null || isActive ? null : lastAt + NEXT_MS;
  return [
    `${rule} pending ${since(brokenAt, pendingAt)}`,
    `firing ${since(brokenAt, firingAt)}`,
    `resolved ${since(mendedAt, resolvedAt)}`,
  ].join(', ');
}

export function figureOf(what: string, alerts: readonly string[]): string {
  return `${what}: ${alerts.length > 0 ? alerts.join(', ') : 'none'}`;
}

/** E.g. `DependencyDown redis, GaugesUnread api`. */
export function namesOf(matches: readonly AlertMatch[]): string {
  return matches
    .map(({ alert, labels }) => [alert, ...Object.values(labels ?? {})].join(' '))
    .join(', ');
}

/** Mending takes a moment as well: what resolved meanwhile took no time. */
function since(from: number, at: number | null): string {
  return at === null ? '-' : seconds(Math.max(0, at - from));
}
