import { burnAlertName, burnRateAlerts as plainAlerts } from '@aio/slo/burn-rate-alerts';
import { unless } from '@aio/slo/promql';
import { SLOS } from '../objectives/slos.ts';
import type { Alert, PanelLink } from './alert.ts';
import { recentOwnBacklog } from './own-backlog.ts';

const PANEL: PanelLink = { dashboardUid: 'aio-overview', title: 'Error budget burn' };

/** Without the loss of telemetry: `TelemetryLost` speaks of each. */
const { telemetryLoss: _, ...BURNING } = SLOS;

/**
 * One alert per objective and burn rate, e.g. `RunSuccessBurn`, with the panel that shows all. A backlog that one owner made
 * and that delays nobody else has its own ticket.
 */
export function burnRateAlerts(): readonly Alert[] {
  return plainAlerts(BURNING).map((alert) => ({
    ...alert,
    ...(alert.name === burnAlertName('queueTime') && {
      query: unless(alert.query, recentOwnBacklog(), []),
    }),
    panel: PANEL,
    ...(alert.name === burnAlertName('runSuccess') && { examples: '/runs?status=failed' }),
  }));
}
