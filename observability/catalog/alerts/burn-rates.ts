import { burnRateAlerts as plainAlerts } from '@aio/slo/burn-rate-alerts';
import type { TimeScale } from '@aio/slo/time-scale';
import { SLOS } from '../objectives/slos.ts';
import type { Alert, PanelLink } from './alert.ts';

const PANEL: PanelLink = { dashboardUid: 'aio-overview', title: 'Error budget burn' };

/** One alert per objective and burn rate, e.g. `RunSuccessBurn`, with the panel that shows all. */
export function burnRateAlerts(time: TimeScale): readonly Alert[] {
  return plainAlerts(SLOS, time).map((alert) => ({ ...alert, panel: PANEL }));
}
