import type { Drill } from '../kit/drill.ts';
import { databaseDown, redisDown } from './servers-down.ts';
import { loginServiceDown, otherIssuer } from './login.ts';
import { outOfMemory } from './out-of-memory.ts';
import { pausedLane } from './paused-lane.ts';
import { slowQuery } from './slow-query.ts';

/** In the order of the table in services/README.md. */
export const TROUBLES: readonly Drill[] = [
  databaseDown,
  redisDown,
  pausedLane,
  loginServiceDown,
  otherIssuer,
  slowQuery,
  outOfMemory,
];
