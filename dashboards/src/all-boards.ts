import type { Board } from './board.ts';
import { API } from './boards/api.ts';
import { COST } from './boards/cost.ts';
import { HOST } from './boards/host.ts';
import { LLM } from './boards/llm.ts';
import { LOAD_TEST } from './boards/load-test.ts';
import { LOGS } from './boards/logs.ts';
import { OVERVIEW } from './boards/overview.ts';
import { POSTGRES } from './boards/postgres.ts';
import { QUEUE_AND_WORKERS } from './boards/queue-and-workers.ts';
import { REDIS } from './boards/redis.ts';
import { RUNS } from './boards/runs.ts';
import { RUNTIME } from './boards/runtime.ts';
import { STEPS } from './boards/steps.ts';

/** All boards, from general to specific. */
export const ALL_BOARDS: readonly Board[] = [
  OVERVIEW,
  API,
  RUNS,
  STEPS,
  QUEUE_AND_WORKERS,
  LLM,
  COST,
  RUNTIME,
  POSTGRES,
  REDIS,
  HOST,
  LOAD_TEST,
  LOGS,
];
