import { panelId } from '@aio/catalog/boards';
import { alertPage, type PanelLink } from '@aio/catalog/alerts/alert';
import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import type { GameLink, GameVerdict } from '@aio/catalog/game-days';
import type { AlertPromise, Fault } from '../alert-faults/fault.ts';
import { judgeDrill, type Seen } from '../drills/alerts/kit/judge.ts';
import { createChecks } from '../drills/kit/checks.ts';
import type { RowsOfGame } from './affected.ts';
import { catalogued, firesWithin } from './promise.ts';

export interface Played {
  fault: Fault;
  seen: Seen;
  brokenAt: number;
  mendedAt: number;
  /** null = the database did not answer. */
  rows: RowsOfGame | null;
  /** Why Alertmanager delivers nothing; empty = it does. */
  undelivered: string;
  /** Faults of the game itself, such as a fault that could not be injected. */
  errors: readonly string[];
  missingMinutes: number;
  /** A run that the fault disturbed. */
  affected: string | undefined;
}

/** Compares what was seen with the promise, as the drills do. */
export function judgeGame(played: Played): GameVerdict {
  const { fault, seen, brokenAt, mendedAt, rows, undelivered, errors, missingMinutes } = played;
  const checks = createChecks();
  const times = judgeDrill(checks, asJudged(fault), seen, { brokenAt, mendedAt });
  const deliver = longest(times, 'arrived');
  if (undelivered === '') checks.that(deliver !== null, 'Alertmanager delivered nothing');
  checks.that(rows?.lost === 0, rows ? `${rows.lost} accepted runs are lost` : 'no rows to count');
  checks.that((rows?.doubled ?? 0) === 0, `${rows?.doubled} runs or steps are doubled`);
  const misses = [...errors, ...checks.result().misses];
  return {
    isKept: misses.length === 0,
    misses,
    skipped: undelivered === '' ? [] : [`delivery: ${undelivered}`],
    accepted: rows?.accepted ?? 0,
    lost: rows?.lost ?? 0,
    doubled: rows?.doubled ?? 0,
    detect: longest(times, 'firing'),
    deliver,
    recover: longest(times, 'resolved'),
    missingMinutes,
    links: linksOf(played),
  };
}

/** The three panels that show a fault best. */
export function panelsOf(fault: Fault): PanelLink[] {
  return [catalogued(fault.fires[0]!.alert).panel, ...fault.panels];
}

/** The promise in the form that drills judge. */
export function asJudged(fault: Fault): AlertPromise {
  const night = { firesWithin: Math.max(...fault.fires.map((one) => firesWithin(one, fault))) };
  return { ...fault, night: { truth: '', ...night } };
}

function longest(times: readonly AlertTime[], what: 'firing' | 'arrived' | 'resolved') {
  const known = times.flatMap((time) => time[what] ?? []);
  return known.length > 0 ? Math.max(...known) : null;
}

function linksOf({ fault, affected }: Played): GameLink[] {
  const [{ alert } = { alert: '' }] = fault.fires;
  const { dashboardUid: board, title } = catalogued(alert).panel;
  return [
    ...(affected
      ? [
          { what: 'trace', path: `/runs/${affected}?tab=trace` } as const,
          { what: 'logs', path: `/runs/${affected}?tab=logs` } as const,
        ]
      : []),
    { what: 'panel', path: `/dashboards/${board}#panel-${panelId(board, title)}` },
    { what: 'runbook', path: alertPage({ name: alert }) },
  ];
}
