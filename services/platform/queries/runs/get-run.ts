import type { StepStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';
import { withRunsBelow } from './children-cost.ts';
import { RUN_SUMMARY_COLUMNS, type RunRow } from './list-runs.ts';
import { USAGE_SUMS } from './run-costs.ts';
import { readSteps, type RunStep } from './run-steps.ts';

export interface RunUsage {
  inputTokens: number;
  /** The part of `inputTokens` that came from vendors' caches. */
  cachedInputTokens: number;
  outputTokens: number;
  /** Cost of calls whose price is known. */
  costUsd: number;
  /** Calls whose price is unknown. */
  unpricedCalls: number;
}

export const NO_USAGE: RunUsage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  unpricedCalls: 0,
};

/** Usage of a run, with that of all runs below it. */
export interface RunUsageWithChildren extends RunUsage {
  /** The part of the runs below it. */
  children: RunUsage & { runs: number };
}

const NO_USAGE_BELOW: RunUsageWithChildren['children'] = { runs: 0, ...NO_USAGE };

/** Usage of a run that has just been accepted. */
export const NO_USAGE_YET: RunUsageWithChildren = { ...NO_USAGE, children: NO_USAGE_BELOW };

/** A run without its steps and values. */
export interface RunHead extends RunRow {
  workflowId: string;
  workflowVersionId: string;
  /** The database's time of this read. */
  readAt: Date;
  /** The latest retry of this run. */
  retriedBy: string | null;
  /** Replays of this run, the newest first, at most `MOST_REPLAYS`. */
  replays: string[];
  /** Number of the latest event; steps may be newer. */
  eventSeq: number;
}

export interface RunDetail extends RunHead {
  /** Sum over all attempts, including items of maps, of the run and the runs below it. */
  usage: RunUsageWithChildren;
  /** Steps with a row: before a step is ready, only the definition has it. */
  steps: RunStepDetail[];
}

export interface RunStepDetail extends RunStep {
  /** Counts of a started map; else null. */
  itemsByStatus: Partial<Record<StepStatus, number>> | null;
}

/** To find more, look for runs with this `replayOf`. */
const MOST_REPLAYS = 20;

/**
 * @param options.owner a subject; null = any
 * @returns null = there is no such run, or another owner has it
 */
export async function getRun(
  db: Queryable,
  runId: string,
  { owner }: { owner: string | null },
): Promise<RunHead | null> {
  const { rows } = await db.query({
    name: 'get-run',
    text: `
      select ${RUN_SUMMARY_COLUMNS},
        r.workflow_id as "workflowId", r.workflow_version_id as "workflowVersionId",
        now() as "readAt", r.event_seq as "eventSeq",
        (select t.id from runs t where t.retry_of = r.id limit 1) as "retriedBy",
        array(select t.id from runs t where t.replay_of = r.id
          order by t.id desc limit ${MOST_REPLAYS}) as replays
      from runs r join workflow_versions v on v.id = r.workflow_version_id
      where r.id = $1 and ($2::text is null or r.owner = $2)`,
    values: [runId, owner],
  });
  return rows[0] ?? null;
}

/**
 * Adds the steps and their attempts, read later than the run: they may be newer than `eventSeq`, never older. It counts
 * items of maps, but does not list them.
 */
export async function readDetail(db: Queryable, run: RunHead): Promise<RunDetail> {
  const [usage, steps, items] = await Promise.all([
    sumUsage(db, run),
    readSteps(db, run.id),
    countItems(db, run.id),
  ]);
  return {
    ...run,
    usage,
    steps: steps.map((step) => ({ ...step, itemsByStatus: items.get(step.step) ?? null })),
  };
}

async function sumUsage(db: Queryable, run: RunHead): Promise<RunUsageWithChildren> {
  const [own, below] = await Promise.all([
    db.query({
      name: 'sum-usage',
      text: `select ${USAGE_SUMS} from (${usageWhere('= $1')}) as used`,
      values: [run.id],
    }),
    run.children.runs > 0 ? sumBelow(db, run) : NO_USAGE_BELOW,
  ]);
  return { ...addUsage(own.rows[0], below), children: below };
}

/** SQL: the usage of all attempts of some runs. */
const usageWhere = (isOneOf: string) => `
  select usage from steps where run_id ${isOneOf} and usage is not null
  union all
  select usage from step_attempts where run_id ${isOneOf} and usage is not null`;

async function sumBelow(
  db: Queryable,
  { id, children: { runs } }: RunHead,
): Promise<RunUsageWithChildren['children']> {
  const { rows } = await db.query({
    name: 'sum-usage-below',
    text: `
      ${withRunsBelow('$1::uuid')}
      select ${USAGE_SUMS}
      from (select u.usage from below cross join lateral (${usageWhere('= below.id')}) u) as used`,
    values: [id],
  });
  return { runs, ...rows[0] };
}

function addUsage(a: RunUsage, b: RunUsage): RunUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costUsd: a.costUsd + b.costUsd,
    unpricedCalls: a.unpricedCalls + b.unpricedCalls,
  };
}

/** Numbers of items by map and status. */
async function countItems(
  db: Queryable,
  runId: string,
): Promise<Map<string, Partial<Record<StepStatus, number>>>> {
  const { rows } = await db.query({
    name: 'count-items',
    text: `
      select step, json_object_agg(status, items) as counts
      from (
        select step, status, count(*) as items from steps
        where run_id = $1 and iteration >= 0 group by step, status
      ) as counted
      group by step`,
    values: [runId],
  });
  return new Map(rows.map((row) => [row.step, row.counts]));
}
