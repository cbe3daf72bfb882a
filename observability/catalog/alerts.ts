import type { Alert } from './alert.ts';
import { accessAlerts } from './alerts/access.ts';
import { burnRateAlerts } from './alerts/burn-rates.ts';
import { costAlerts } from './alerts/cost.ts';
import { dependencyAlerts } from './alerts/dependencies.ts';
import { failureAlerts } from './alerts/failures.ts';
import { identityAlerts } from './alerts/identity.ts';
import { llmAlerts } from './alerts/llm.ts';
import { processAlerts } from './alerts/processes.ts';
import { queueAlerts } from './alerts/queue.ts';
import { stepAlerts } from './alerts/steps.ts';
import { storeAlerts } from './alerts/stores.ts';
import { telemetryAlerts } from './alerts/telemetry.ts';
import { upkeepAlerts } from './alerts/upkeep.ts';
import { type TimeScale, createTimeScale } from './time-scale.ts';

/** All alerts by Prometheus' rule group. */
export function listAlerts(
  time: TimeScale = createTimeScale(),
): Readonly<Record<string, readonly Alert[]>> {
  return {
    'slo-burn': burnRateAlerts(time),
    failures: failureAlerts(time),
    queue: queueAlerts(time),
    steps: stepAlerts(time),
    processes: processAlerts(time),
    dependencies: dependencyAlerts(time),
    llm: llmAlerts(time),
    cost: costAlerts(time),
    access: accessAlerts(time),
    identity: identityAlerts(time),
    telemetry: telemetryAlerts(time),
    upkeep: upkeepAlerts(time),
    stores: storeAlerts(time),
  };
}
