import type { AlertDrill } from './kit/alert-drill.ts';
import { ACCESS_DRILLS } from './access.ts';
import { API_DRILLS } from './api.ts';
import { DEPENDENCY_DRILLS } from './dependencies.ts';
import { IDENTITY_DRILLS } from './identity.ts';
import { LLM_DRILLS } from './llm.ts';
import { QUEUE_DRILLS } from './queue.ts';
import { RUN_DRILLS } from './runs.ts';
import { TELEMETRY_DRILLS } from './telemetry.ts';
import { WORKER_DRILLS } from './workers.ts';

/** Together they cause every alert of the catalogue, except those in `WITHOUT_DRILL`. */
export const ALERT_DRILLS: readonly AlertDrill[] = [
  ...API_DRILLS,
  ...RUN_DRILLS,
  ...QUEUE_DRILLS,
  ...WORKER_DRILLS,
  ...DEPENDENCY_DRILLS,
  ...LLM_DRILLS,
  ...ACCESS_DRILLS,
  ...IDENTITY_DRILLS,
  ...TELEMETRY_DRILLS,
];

/** Alerts without a drill, and the reason. */
export const WITHOUT_DRILL: Readonly<Record<string, string>> = {
  TelemetryLost: '`npm run compose:verify` causes it with a real collector',
  LabelPlacesFull: 'needs workflows, models or hosts by the hundred',
};
