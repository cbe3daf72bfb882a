import type { AlertDrill } from './kit/alert-drill.ts';
import { ACCESS_DRILLS } from './access.ts';
import { API_DRILLS } from './api.ts';
import { COST_DRILLS } from './cost.ts';
import { DEPENDENCY_DRILLS } from './dependencies.ts';
import { IDENTITY_DRILLS } from './identity.ts';
import { LLM_DRILLS } from './llm.ts';
import { QUEUE_DRILLS } from './queue.ts';
import { RUN_DRILLS } from './runs.ts';
import { TELEMETRY_DRILLS } from './telemetry.ts';
import { UPKEEP_DRILLS } from './upkeep.ts';
import { WORKER_DRILLS } from './workers.ts';

/** Together they cause every alert of the catalogue, except those in `without-drill.ts`. */
export const ALERT_DRILLS: readonly AlertDrill[] = [
  ...API_DRILLS,
  ...RUN_DRILLS,
  ...QUEUE_DRILLS,
  ...WORKER_DRILLS,
  ...DEPENDENCY_DRILLS,
  ...LLM_DRILLS,
  ...COST_DRILLS,
  ...ACCESS_DRILLS,
  ...IDENTITY_DRILLS,
  ...TELEMETRY_DRILLS,
  ...UPKEEP_DRILLS,
];
