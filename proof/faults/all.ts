import type { Drill } from '../drills/kit/drill.ts';
import { backlogRestart } from './backlog-restart.ts';
import { collectorAway } from './collector-away.ts';
import { commitUnheard } from './commit-unheard.ts';
import { CUT_PATHS } from './cut-paths.ts';
import { FULL_DISKS } from './full-disks.ts';
import { HELD_LOOPS } from './held-loops.ts';
import { hostileSteps } from './hostile-steps.ts';
import { killAfterCall, killAfterCommit, killBeforeCall } from './kill-around-call.ts';
import { killApi } from './kill-api.ts';
import { killExecutors } from './kill-executors.ts';
import { createKillWorkers } from './kill-workers.ts';
import { llmFailures } from './llm-failures.ts';
import { pausedModel } from './paused-model.ts';
import { poison } from './poison.ts';
import { postgresRestarts } from './postgres-outages.ts';
import { redisClusterMaster, redisFull, redisRestart } from './redis-outages.ts';
import { redisFlushall } from './redis-flushall.ts';
import { repeatedDelivery } from './repeated-delivery.ts';
import { rollingRestart } from './rolling-restart.ts';
import { shiftedClock } from './shifted-clock.ts';
import { twoApprovals } from './two-approvals.ts';

/** Every fault, in the order of `--list`. */
export const FAULTS: readonly Drill[] = [
  killBeforeCall,
  killAfterCall,
  killAfterCommit,
  poison,
  killApi,
  commitUnheard,
  redisRestart,
  redisClusterMaster,
  redisFlushall,
  redisFull,
  postgresRestarts,
  ...CUT_PATHS,
  llmFailures,
  pausedModel,
  shiftedClock,
  hostileSteps,
  ...HELD_LOOPS,
  repeatedDelivery,
  twoApprovals,
  ...FULL_DISKS,
  backlogRestart,
  rollingRestart,
  killExecutors,
  createKillWorkers(),
  collectorAway,
];
