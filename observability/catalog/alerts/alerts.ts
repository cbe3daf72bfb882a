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

/** All alerts by Prometheus' rule group. */
export function listAlerts(): Readonly<Record<string, readonly Alert[]>> {
  return {
    'slo-burn': burnRateAlerts(),
    failures: failureAlerts(),
    queue: queueAlerts(),
    steps: stepAlerts(),
    slow: slowAlerts(),
    processes: processAlerts(),
    dependencies: dependencyAlerts(),
    llm: llmAlerts(),
    cost: costAlerts(),
    access: accessAlerts(),
    identity: identityAlerts(),
    telemetry: telemetryAlerts(),
  };
}
