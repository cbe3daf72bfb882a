import type { Board } from './board.ts';
import { API } from './boards/api.ts';
import { LLM } from './boards/llm.ts';
import { LOAD_TEST } from './boards/load-test.ts';
import { LOGS } from './boards/logs.ts';
import { OVERVIEW } from './boards/overview.ts';
import { QUEUE_AND_WORKERS } from './boards/queue-and-workers.ts';
import { RUNS } from './boards/runs.ts';
import { RUNTIME } from './boards/runtime.ts';
import { STEPS } from './boards/steps.ts';

/** Every board, from general to specific. */
export const ALL_BOARDS: readonly Board[] = [
  OVERVIEW,
  API,
  RUNS,
  STEPS,
  QUEUE_AND_WORKERS,
  LLM,
  RUNTIME,
  LOAD_TEST,
  LOGS,
];
