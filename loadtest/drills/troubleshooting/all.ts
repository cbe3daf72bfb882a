import type { Drill } from '../../lib/drill/drill.ts';
import { databaseDown } from './database-down.ts';
import { loginServiceDown } from './login-service-down.ts';
import { otherIssuer } from './other-issuer.ts';
import { outOfMemory } from './out-of-memory.ts';
import { pausedLane } from './paused-lane.ts';
import { redisDown } from './redis-down.ts';
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
