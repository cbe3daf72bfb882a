import { Type } from 'typebox';
import { RUN_STATUSES } from '@aio/core/run/states';
import {
  MOST_A_DAY,
  MOST_STEPS,
  STATISTICS_DAYS,
} from '@aio/platform/queries/workflows/workflow-statistics';
import {
  Id,
  Milliseconds,
  Nullable,
  OneOf,
  StepId,
  Time,
  UnpricedCalls,
  USD,
  Usd,
  WorkflowName,
} from '../../http/common-schema.ts';

export const DEFAULT_LAST_RUNS = 50;

export const StatisticsQuery = Type.Object(
  {
    lastRuns: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: DEFAULT_LAST_RUNS,
        default: DEFAULT_LAST_RUNS,
        description: 'Number of newest finished runs to use.',
      }),
    ),
  },
  { additionalProperties: false },
);

const QuantilesSchema = Type.Object(
  { p50: Nullable(Milliseconds), p95: Nullable(Milliseconds) },
  { title: 'Quantiles', additionalProperties: false, description: 'null = no measurement.' },
);

export const LastRunSchema = Type.Object(
  { id: Id, status: OneOf(RUN_STATUSES), createdAt: Time },
  { title: 'LastRun', additionalProperties: false },
);

export const Share = Type.Number({ minimum: 0, maximum: 1 });

export const RunsPerDay = (most: number) =>
  Type.Array(
    Type.Object(
      {
        day: Type.String({ format: 'date' }),
        runs: Type.Integer({
          minimum: 0,
          maximum: most,
          description: `${most} = that many or more.`,
        }),
      },
      { additionalProperties: false },
    ),
    {
      description: `Runs accepted on each of the last ${STATISTICS_DAYS} days in UTC, oldest first.`,
    },
  );

const StepStatisticsSchema = Type.Object(
  {
    step: StepId,
    ofItems: Type.Boolean({ description: 'true = covers all items of this map.' }),
    kind: Type.String(),
    executions: Type.Integer({ description: 'Number of finished executions.' }),
    attempts: Type.Integer(),
    failures: Type.Integer({ description: 'Executions that failed after all attempts.' }),
    queueMs: QuantilesSchema,
    executionMs: QuantilesSchema,
    costUsd: Usd,
    unpricedCalls: UnpricedCalls,
  },
  { title: 'StepStatistics', additionalProperties: false },
);

export const WorkflowStatisticsSchema = Type.Object(
  {
    name: WorkflowName,
    runs: Type.Integer({
      description: `Number of finished runs used. Statistics of steps use up to ${MOST_STEPS.toLocaleString('en')} rows.`,
    }),
    succeeded: Type.Integer(),
    failed: Type.Integer({ description: 'Without rejected ones.' }),
    rejected: Type.Integer({ description: 'Failed because a person rejected an approval.' }),
    cancelled: Type.Integer(),
    successShare: Nullable(Share),
    durationMs: QuantilesSchema,
    queueMs: QuantilesSchema,
    costUsdPerRun: {
      ...Nullable(Usd),
      description: `Mean cost of the model calls of a run and of all runs below it. ${USD} null = no run.`,
    },
    unpricedCalls: UnpricedCalls,
    lastRun: Nullable(LastRunSchema),
    runsPerDay: RunsPerDay(MOST_A_DAY),
    steps: Type.Array(StepStatisticsSchema, {
      description: 'Those of the published version and at most 100 others, sorted by name.',
    }),
  },
  { title: 'WorkflowStatistics', additionalProperties: false },
);
