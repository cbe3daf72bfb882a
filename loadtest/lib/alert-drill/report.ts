import { seconds } from '../drill/checks.ts';
import type { AlertMatch } from './drill.ts';
import type { RuleTimes } from './judge.ts';

/** Times of fault and repair, in milliseconds since 1970. */
export interface Course {
  brokenAt: number;
  mendedAt: number;
}

/** E.g. `NoApiUp pending 2.1 s, firing 7.1 s, arrived 12.2 s, resolved 1.4 s`; `-` = never. */
export function describeTimes(times: RuleTimes, { brokenAt, mendedAt }: Course): string {
  const { rule, pendingAt, firingAt, arrivedAt, resolvedAt } = times;
  return [
    `${rule} pending ${show(msSince(brokenAt, pendingAt))}`,
    `firing ${show(msSince(brokenAt, firingAt))}`,
    `arrived ${show(msSince(brokenAt, arrivedAt))}`,
    `resolved ${show(msSince(mendedAt, resolvedAt))}`,
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

/** Milliseconds between two times; 0 for an alert that resolved during the repair. */
export function msSince(from: number, at: number | null): number | null {
  return at === null ? null : Math.max(0, at - from);
}

function show(ms: number | null): string {
  return ms === null ? '-' : seconds(ms);
}
