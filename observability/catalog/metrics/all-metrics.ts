import { CHANGE_METRICS } from './changes.ts';
import { DATABASE_METRICS } from './database.ts';
import { GEN_AI_METRICS } from './gen-ai.ts';
import { HTTP_METRICS } from './http.ts';
import { IDENTITY_METRICS } from './identity.ts';
import { LLM_METRICS } from './llm.ts';
import { OWNER_METRICS } from './owners.ts';
import { QUEUE_METRICS } from './queue.ts';
import { RUN_METRICS } from './runs.ts';
import { STEP_METRICS } from './steps.ts';
import { TELEMETRY_METRICS } from './telemetry.ts';
import { WEB_METRICS } from './web.ts';
import { WORKER_METRICS } from './worker.ts';

/** All metrics of AIO, by the key that code uses. */
export const METRICS = {
  ...HTTP_METRICS,
  ...IDENTITY_METRICS,
  ...RUN_METRICS,
  ...STEP_METRICS,
  ...QUEUE_METRICS,
  ...WORKER_METRICS,
  ...GEN_AI_METRICS,
  ...LLM_METRICS,
  ...OWNER_METRICS,
  ...DATABASE_METRICS,
  ...TELEMETRY_METRICS,
  ...CHANGE_METRICS,
  ...WEB_METRICS,
} as const;
