import {
  ALERT_TIMES_FILE,
  ARRIVES_WITHIN,
  type AlertTime,
  readAlertTimes,
} from '@aio/catalog/alerts/alert-times';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import type { GamePromise, PromisedAlert } from '@aio/catalog/game-days';
import { type AlertMatch, type Fault, namesOf } from '../alert-faults/fault.ts';

/** What a fault promises, from the data of its drill and what the drill measured. */
export function promiseOf(
  fault: Fault,
  times: readonly AlertTime[] = readAlertTimes(ALERT_TIMES_FILE),
): GamePromise {
  return {
    alerts: fault.fires.map((match) => promisedAlert(match, fault, times)),
    mayFire: (fault.also ?? []).map((match) => namesOf([match])),
    lastsSeconds: fault.lastsMs === undefined ? null : fault.lastsMs / 1000,
    users: fault.users,
    engine: fault.engine,
  };
}

/** Longest time from the fault to firing, in seconds. */
export function firesWithin({ alert }: AlertMatch, { night }: Fault): number {
  if (night) return night.firesWithin;
  const { severity } = catalogued(alert);
  return severity === 'none' ? ARRIVES_WITHIN.ticket : ARRIVES_WITHIN[severity];
}

export function catalogued(alert: string) {
  return Object.values(listAlerts())
    .flat()
    .find(({ name }) => name === alert)!;
}

function promisedAlert(
  match: AlertMatch,
  fault: Fault,
  times: readonly AlertTime[],
): PromisedAlert {
  const { alert, labels = {} } = match;
  const measured = times.find(({ drill, rule }) => drill === fault.name && rule === alert);
  return {
    alert,
    labels,
    severity: catalogued(alert).severity,
    withinSeconds: firesWithin(match, fault),
    measured: measured
      ? { firing: measured.firing, arrived: measured.arrived, resolved: measured.resolved }
      : null,
  };
}
