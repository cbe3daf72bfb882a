import { Type } from 'typebox';
import { Id, Nullable, Time, WorkflowName } from '../../http/common-schema.ts';

export const DEFAULT_MINUTES = 60;

export const OverviewQuery = Type.Object(
  {
    minutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        default: DEFAULT_MINUTES,
        description: 'How far back.',
      }),
    ),
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
    failed: Type.Integer(),
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
    costUsd: Type.Number(),
    lastFailedRunId: Nullable(Id),
  },
  { title: 'OverviewWorkflow', additionalProperties: false },
);

export const OverviewSchema = Type.Object(
  {
    since: Type.String({
      format: 'date-time',
      description:
        'Runs accepted since then are counted. Later than asked for if there are more runs than one answer counts.',
    }),
    until: Time,
    runs: Counts,
    success: Nullable(
      Type.Number({
        description: 'Share of runs that succeeded, of those that ended in success or failure.',
      }),
    ),
    successObjective: Type.Number({ description: 'The share that the objective asks for.' }),
    durationMs: Quantiles,
    queueTimeMs: Quantiles,
    minutes: Type.Array(Minute, {
      description: 'Minutes in which runs were accepted, oldest first.',
    }),
    workflows: Type.Array(Workflow, { description: 'The most often run, first.' }),
  },
  { title: 'Overview', additionalProperties: false },
);
