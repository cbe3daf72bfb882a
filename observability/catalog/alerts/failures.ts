import { type Alert, SHARE } from '../alert.ts';
import { AFTERMATH } from '../burn-rates.ts';
import { and, divide, times, where } from '../promql.ts';
import { SLOS, type Slo, allEvents, badEvents } from '../slos.ts';
import type { TimeScale } from '../time-scale.ts';

/** Fewer events than this in a minute say nothing. */
const MIN_EVENTS = 10;

/** Half of everything fails: nobody waits until that shows in a budget of 30 days. */
export function failureAlerts(time: TimeScale): readonly Alert[] {
  return [
    {
      name: 'RequestsFailing',
      severity: 'page',
      summary: `${SHARE} of all requests fail (5xx)`,
      description:
        'More than half of what people and programs asked of the API in the last minute was answered ' +
        'with a server error. Submissions are lost unless clients repeat them.',
      ...mostlyBad(SLOS.apiAvailability, time),
      panel: { dashboardUid: 'aio-api', title: 'Server errors by route' },
    },
    {
      name: 'RunsFailing',
      severity: 'page',
      summary: `${SHARE} of all runs fail`,
      description:
        'More than half of the runs that ended in the last minute have failed, cancelled ones not ' +
        'counted: a bad version of a workflow that runs often, or what most of them call is away.',
      ...mostlyBad(SLOS.runSuccess, time),
      panel: { dashboardUid: 'aio-runs', title: 'Failed by workflow' },
    },
  ];
}

/** More than half of an objective's events in a minute. */
function mostlyBad(slo: Slo, time: TimeScale): Pick<Alert, 'query' | 'for' | 'keepFiringFor'> {
  const range = time.range('1m');
  const all = allEvents(slo, range);
  const enough = where(times(all, time.seconds('1m')), '>=', time.events(MIN_EVENTS));
  return {
    query: and(where(divide(badEvents(slo, range), all), '>', 0.5), enough),
    // A dependency that is away is told meanwhile, and keeps this one back.
    for: time.hold('15s'),
    keepFiringFor: time.hold(AFTERMATH.symptom),
  };
}
