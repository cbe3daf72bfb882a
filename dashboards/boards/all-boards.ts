import type { Board } from './shared/board.ts';
import { ACCESS } from './access.ts';
import { API } from './api.ts';
import { COST } from './cost.ts';
import { HOST } from './host.ts';
import { LLM } from './llm.ts';
import { LOAD_TEST } from './load-test.ts';
import { LOGS } from './logs.ts';
import { OVERVIEW } from './overview.ts';
import { POSTGRES } from './postgres.ts';
import { QUEUE_AND_WORKERS } from './queue-and-workers.ts';
import { REDIS } from './redis.ts';
import { RUNS } from './runs.ts';
import { RUNTIME } from './runtime.ts';
import { STEPS } from './steps.ts';

/** All boards, from general to specific. */
export const ALL_BOARDS: readonly Board[] = [
  OVERVIEW,
  RUNS,
  STEPS,
  QUEUE_AND_WORKERS,
  LLM,
  COST,
  API,
  ACCESS,
  RUNTIME,
  POSTGRES,
  REDIS,
  HOST,
  LOAD_TEST,
  LOGS,
];
