import type { Alert } from './alert.ts';
import { accessAlerts } from './access.ts';
import { burnRateAlerts } from './burn-rates.ts';
import { costAlerts } from './cost.ts';
import { dependencyAlerts } from './dependencies.ts';
import { failureAlerts } from './failures.ts';
import { identityAlerts } from './identity.ts';
import { llmAlerts } from './llm.ts';
import { processAlerts } from './processes.ts';
import { queueAlerts } from './queue.ts';
import { slowAlerts } from './slow.ts';
import { stepAlerts } from './steps.ts';
import { telemetryAlerts } from './telemetry.ts';
import { type TimeScale, createTimeScale } from '@aio/slo/time-scale';

/** All alerts by Prometheus' rule group. */
export function listAlerts(
  time: TimeScale = createTimeScale(),
): Readonly<Record<string, readonly Alert[]>> {
  return {
    'slo-burn': burnRateAlerts(time),
    failures: failureAlerts(time),
    queue: queueAlerts(time),
    steps: stepAlerts(time),
    slow: slowAlerts(time),
    processes: processAlerts(time),
    dependencies: dependencyAlerts(time),
    llm: llmAlerts(time),
    cost: costAlerts(time),
    access: accessAlerts(time),
    identity: identityAlerts(time),
    telemetry: telemetryAlerts(time),
  };
}
