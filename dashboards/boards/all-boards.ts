import type { Board } from './shared/board.ts';
import { API } from './api.ts';
import { COST } from './cost.ts';
import { LOAD_TEST } from './load-test.ts';
import { OVERVIEW } from './overview.ts';
import { QUEUES } from './queues.ts';
import { RUNS } from './runs.ts';
import { RUNTIME } from './runtime.ts';

/** All boards, from general to specific. */
export const ALL_BOARDS: readonly Board[] = [OVERVIEW, RUNS, QUEUES, COST, API, RUNTIME, LOAD_TEST];
