import { Type } from 'typebox';
import {
  GameDaysQuery,
  Id,
  Nullable,
  Time,
  UnpricedCalls,
  Usd,
  WorkflowName,
} from '../../http/common-schema.ts';

export const DEFAULT_MINUTES = 60;

export const OverviewQuery = Type.Object(
  {
    minutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        default: DEFAULT_MINUTES,
        description: 'Length of the period.',
      }),
    ),
    gameDays: GameDaysQuery('Counts runs of game days, too.'),
  },
  { additionalProperties: false },
);

const Ms = Type.Number({ description: 'Milliseconds.' });
const Quantiles = Nullable(Type.Object({ p50: Ms, p95: Ms }, { additionalProperties: false }));

const Counts = Type.Object(
  {
    queued: Type.Integer(),
    running: Type.Integer(),
    waiting: Type.Integer(),
    succeeded: Type.Integer(),
    failed: Type.Integer({ description: 'Without rejected ones.' }),
    rejected: Type.Integer({ description: 'Failed because a person rejected an approval.' }),
    cancelled: Type.Integer(),
  },
  { title: 'RunCounts', additionalProperties: false },
);

const Minute = Type.Object(
  {
    at: Time,
    runs: Counts,
    durationP95Ms: Nullable(Ms),
    queueTimeP95Ms: Nullable(Ms),
  },
  { title: 'OverviewMinute', additionalProperties: false },
);

const Workflow = Type.Object(
  {
    name: WorkflowName,
    runs: Type.Integer(),
    failed: Type.Integer(),
    durationP95Ms: Nullable(Ms),
    costUsd: Usd,
    unpricedCalls: UnpricedCalls,
    lastFailedRunId: Nullable(Id),
  },
  { title: 'OverviewWorkflow', additionalProperties: false },
);

export const BudgetSchema = Type.Object(
  {
    left: Nullable(
      Type.Number({
        description:
          'Share that is left, in steps of 0.001: 1 = nothing is spent, below 0 = overspent; null = too few events to say.',
      }),
    ),
    events: Type.Number({ description: 'Events of the last 30 days.' }),
    minEvents: Type.Integer({ description: 'Events from which on `left` is a number.' }),
    text: Type.String({ description: 'The same in words.' }),
  },
  { title: 'ErrorBudget', additionalProperties: false },
);

export const BudgetList = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          key: Type.String(),
          title: Type.String(),
          budget: Nullable(BudgetSchema),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { title: 'ErrorBudgetList', additionalProperties: false },
);

export const OverviewSchema = Type.Object(
  {
    since: Type.String({
      format: 'date-time',
      description:
        'Start of the counted period. It is later than requested if there are too many runs to count.',
    }),
    until: Time,
    runs: Counts,
    success: Nullable(
      Type.Number({
        description: 'succeeded / (succeeded + failed); null = neither.',
      }),
    ),
    durationMs: Quantiles,
    queueTimeMs: Quantiles,
    minutes: Type.Array(Minute, {
      description: 'Minutes with accepted runs, oldest first.',
    }),
    workflows: Type.Array(Workflow, { description: 'By number of runs, descending.' }),
  },
  { title: 'Overview', additionalProperties: false },
);
