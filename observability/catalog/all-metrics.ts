import { CACHE_METRICS } from './metrics/cache.ts';
import { CHANGE_METRICS } from './metrics/changes.ts';
import { DATABASE_METRICS } from './metrics/database.ts';
import { HTTP_METRICS } from './metrics/http.ts';
import { IDENTITY_METRICS } from './metrics/identity.ts';
import { LLM_METRICS } from './metrics/llm.ts';
import { OUTPUT_METRICS } from './metrics/outputs.ts';
import { OWNER_METRICS } from './metrics/owners.ts';
import { QUEUE_METRICS } from './metrics/queue.ts';
import { RUN_METRICS } from './metrics/runs.ts';
import { STEP_METRICS } from './metrics/steps.ts';
import { TELEMETRY_METRICS } from './metrics/telemetry.ts';
import { WEB_METRICS } from './metrics/web.ts';
import { WORKER_METRICS } from './metrics/worker.ts';

/** All metrics of AIO, by the key that code uses. */
export const METRICS = {
  ...HTTP_METRICS,
  ...IDENTITY_METRICS,
  ...RUN_METRICS,
  ...STEP_METRICS,
  ...QUEUE_METRICS,
  ...WORKER_METRICS,
  ...LLM_METRICS,
  ...OWNER_METRICS,
  ...DATABASE_METRICS,
  ...OUTPUT_METRICS,
  ...TELEMETRY_METRICS,
  ...CACHE_METRICS,
  ...CHANGE_METRICS,
  ...WEB_METRICS,
} as const;
