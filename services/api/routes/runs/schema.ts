import { Type } from 'typebox';
import { LONG_OUTPUT_BYTES, MAX_LABEL_CHARACTERS, MAX_LABELS } from '@aio/core/definition/limits';
import { LABEL_NAME_PATTERN } from '@aio/core/definition/names';
import type { KindWait } from '@aio/core/definition/kinds/kind';
import { RUN_STATUSES, STEP_STATUSES } from '@aio/core/run/states';
import { MOST_LOOKED_AT } from '@aio/platform/queries/runs/find-runs';
import { MOST_EARLIER } from '@aio/platform/queries/runs/run-steps';
import {
  AnyJson,
  GameDaysQuery,
  Id,
  Milliseconds,
  Nullable,
  OneOf,
  Page,
  PAGE_QUERY,
  StepId,
  Time,
  UnpricedCalls,
  USD,
  Usd,
  UUID,
  WorkflowName,
} from '../../http/common-schema.ts';
import { SkippedBecauseSchema, WaitingSchema } from './wait-reason-schema.ts';

const LOOKED_AT = MOST_LOOKED_AT.toLocaleString('en');

export const RunParams = Type.Object({ id: Id });
export const RunStepParams = Type.Object({ id: Id, step: StepId });

/** In place of a parent's id: runs without parent. */
export const NO_PARENT = 'none';
const NONE_OR_ID = `^(${NO_PARENT}|${UUID.slice(1, -1)})$`;

/** Filters of the list of runs. */
export const RUN_FILTER = {
  workflow: Type.Optional(WorkflowName),
  status: Type.Optional(Type.Array(OneOf(RUN_STATUSES), { maxItems: RUN_STATUSES.length })),
  parent: Type.Optional(
    Type.String({
      pattern: NONE_OR_ID,
      description: `Id of a run: only runs that its steps have started. \`none\`: only runs that no step has started. Each page searches ${LOOKED_AT} runs.`,
    }),
  ),
  createdAfter: Type.Optional(Time),
  createdBefore: Type.Optional(Time),
  q: Type.Optional(
    Type.String({
      pattern: `^([0-9a-f]{8}|${UUID.slice(1, -1)})$`,
      description: `Id of a run, or its last 8 characters. For these, each page searches ${LOOKED_AT} runs.`,
    }),
  ),
  owner: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 320,
      pattern: '^[^\\x00]*$',
      description: 'Name or subject of the owner.',
    }),
  ),
  label: Type.Optional(
    Type.Record(
      Type.String({ pattern: LABEL_NAME_PATTERN }),
      Type.String({ minLength: 1, maxLength: MAX_LABEL_CHARACTERS, pattern: '^[^\\x00]*$' }),
      {
        maxProperties: MAX_LABELS,
        additionalProperties: false,
        description:
          'Written as `label.customer=4711`: only runs whose label `customer` is `4711`. Several must all fit.',
      },
    ),
  ),
  gameDays: GameDaysQuery(
    'Includes runs of game days. So do `workflow`, `label`, `owner`, `parent` and `q`.',
  ),
  minDurationMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1e12,
      description: `Only finished runs. Each page searches ${LOOKED_AT} runs.`,
    }),
  ),
  minCostUsd: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1e9,
      description: `Compares the cost of a run's own calls, without its child runs. Each page searches ${LOOKED_AT} runs.`,
    }),
  ),
};

export const ListRunsQuery = Type.Object(
  { ...RUN_FILTER, ...PAGE_QUERY },
  { additionalProperties: false },
);

export const GetRunQuery = Type.Object(
  { outputs: Type.Optional(Type.Boolean({ default: true })) },
  { additionalProperties: false },
);

/** A step, or the item with this index. */
export const ItemQuery = Type.Object(
  { iteration: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })) },
  { additionalProperties: false },
);

export const ListItemsQuery = Type.Object(
  { ...PAGE_QUERY, outputs: Type.Optional(Type.Boolean({ default: true })) },
  { additionalProperties: false },
);

export const FailureSchema = Type.Object(
  { code: Type.String(), message: Type.String() },
  { title: 'Failure', additionalProperties: true },
);

const UsageSchema = Type.Record(Type.String(), Type.Unknown(), {
  title: 'StepUsage',
  description:
    'Usage of a model call: provider, model, inputTokens (with cachedInputTokens and cacheWriteInputTokens), outputTokens (with reasoningOutputTokens), costUsd (null = unknown price), timeToFirstTokenMs (from the request to the first streamed token; null = none). Without tokens, the provider did not count them.',
});

export const AttemptSchema = Type.Object(
  {
    number: Type.Integer(),
    status: Type.String(),
    readyAt: Nullable(Time),
    startedAt: Nullable(Time),
    finishedAt: Nullable(Time),
    queueTimeMs: Nullable(Milliseconds),
    executionMs: Nullable(Milliseconds),
    error: Nullable(FailureSchema),
    usage: Nullable(UsageSchema),
    workerId: Nullable(Id),
  },
  { title: 'Attempt', additionalProperties: false },
);

export const AttemptsSchema = Type.Object(
  { attempts: Type.Array(AttemptSchema) },
  { title: 'Attempts', additionalProperties: false },
);

const KIND_WAITS = ['approval', 'child', 'delay', 'event'] as const satisfies readonly KindWait[];

const KindAwaits = {
  ...Nullable(OneOf(KIND_WAITS)),
  description: 'What a step of this kind waits for without a worker; null = a worker executes it.',
};

const ParentSchema = Type.Object(
  { runId: Id, step: StepId, iteration: Nullable(Type.Integer()) },
  { title: 'Parent', additionalProperties: false, description: 'The step that started this run.' },
);

export const StepSchema = Type.Object(
  {
    id: StepId,
    kind: Type.String(),
    awaits: KindAwaits,
    queues: Type.Boolean({ description: 'Whether steps of this kind queue in a lane.' }),
    needs: Type.Array(StepId),
    status: OneOf(STEP_STATUSES),
    waitingFor: Nullable(WaitingSchema),
    skippedBecause: Type.Optional(SkippedBecauseSchema),
    resolution: {
      ...Nullable(OneOf(['reused', 'edited'])),
      description:
        '`reused`: the result comes from the run that this run retries or replays. `edited`: the replay set the output.',
    },
    iteration: Nullable(Type.Integer({ description: "Index of the map's item." })),
    attempt: Type.Integer({ description: 'Number of started attempts.' }),
    crashes: Type.Integer({ description: 'Number of workers that died while executing the step.' }),
    firstReadyAt: { ...Nullable(Time), description: 'When its first attempt was ready.' },
    readyAt: Nullable(Time),
    startedAt: Nullable(Time),
    finishedAt: Nullable(Time),
    dueAt: Nullable(Time),
    durationMs: {
      ...Nullable(Milliseconds),
      description:
        'From ready to the end of the last attempt. null = it has not ended, or was never ready in this run.',
    },
    queueTimeMs: { ...Nullable(Milliseconds), description: 'Of the last attempt.' },
    executionMs: { ...Nullable(Milliseconds), description: 'Of the last attempt.' },
    output: Type.Optional({
      ...AnyJson,
      description: `Absent = left out; \`/output\` of the step has it. So are outputs above ${LONG_OUTPUT_BYTES} bytes, and the last ones if all together are too long.`,
    }),
    error: Nullable(FailureSchema),
    usage: Nullable(UsageSchema),
    spanId: Nullable(Type.String()),
    approvalId: Type.Optional(Id),
    childRunId: Type.Optional({
      ...Id,
      description: 'Latest run of a step that runs another workflow.',
    }),
    childStatus: Type.Optional(OneOf(RUN_STATUSES)),
    childTitle: Type.Optional(Nullable(Type.String())),
    itemKind: Type.Optional(Type.String({ description: 'Kind of the items of a map.' })),
    itemAwaits: Type.Optional(KindAwaits),
    itemsTotal: Type.Optional(Type.Integer()),
    itemsByStatus: Type.Optional(Type.Record(Type.String(), Type.Integer())),
    attempts: Type.Array(AttemptSchema, {
      description: `In order, with the last one. Of those before it, an answer has at most ${MOST_EARLIER} of all its steps or items together, the newest ones; \`/runs/{id}/steps/{step}/attempts\` lists all of a step.`,
    }),
  },
  { title: 'Step', additionalProperties: false },
);

const WorkflowRef = Type.Object({ name: WorkflowName, version: Type.Integer() });

const StartedBySchema = Type.Object(
  {
    who: Type.String({ description: 'Name of the user, program or run.' }),
    via: Nullable(OneOf(['bearer', 'session', 'workflow'])),
  },
  {
    title: 'StartedBy',
    additionalProperties: false,
    description:
      '`bearer`: a program with a token. `session`: a user of the web UI. `workflow`: a step of another run. null = unknown.',
  },
);

const SUMMARY = {
  id: Id,
  workflow: WorkflowRef,
  title: {
    ...Nullable(Type.String()),
    description: 'From the `title` of the definition; null = none, or it cannot be evaluated.',
  },
  labels: Type.Record(Type.String(), Type.String()),
  status: OneOf(RUN_STATUSES),
  waitingFor: {
    ...Nullable(WaitingSchema),
    description:
      'Why the run waits. In lists, running runs have only reasons that stop them: no worker, a paused lane, a silent worker.',
  },
  owner: Type.String(),
  error: Nullable(FailureSchema),
  retryOf: Nullable(Id),
  replayOf: Nullable(Id),
  parent: Nullable(ParentSchema),
  childRuns: Type.Boolean({ description: 'Whether steps of the run have started runs.' }),
  createdAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
  queueTimeMs: Nullable(Milliseconds),
  durationMs: Nullable(Milliseconds),
  stepsTotal: Type.Integer({ description: 'Steps of the definition.' }),
  stepsSucceeded: Type.Integer({ description: 'Steps of the definition that have succeeded.' }),
  itemsTotal: Type.Integer({ description: 'Items of maps, which are no steps of the definition.' }),
  costUsd: {
    ...Nullable(Usd),
    description: `Cost of model calls so far, with those of all runs below this one. ${USD} null = nothing executed.`,
  },
  unpricedCalls: UnpricedCalls,
  inputStart: {
    ...Nullable(Type.String()),
    description: 'The beginning of the input as JSON; null = the input is empty or long.',
  },
  startedBy: StartedBySchema,
  traceId: Nullable(Type.String()),
  traceUrl: Nullable(Type.String({ format: 'uri' })),
};

/** Sums over the calls of a run or step. */
export const RUN_USAGE = {
  inputTokens: Type.Integer(),
  cachedInputTokens: Type.Integer({
    description: 'The part of inputTokens that came from caches of providers.',
  }),
  outputTokens: Type.Integer(),
  costUsd: Usd,
  unpricedCalls: UnpricedCalls,
};

/** Sums over a run and all runs below it. */
export const USAGE_WITH_CHILDREN = {
  ...RUN_USAGE,
  children: Type.Object(
    { runs: Type.Integer(), ...RUN_USAGE },
    {
      description:
        'The part of the runs below this one: its child runs, their child runs, and so on.',
    },
  ),
};

export const RunSummarySchema = Type.Object(SUMMARY, {
  title: 'RunSummary',
  additionalProperties: false,
});

export const RunSchema = Type.Object(
  {
    ...SUMMARY,
    retriedBy: Type.Optional(Id),
    replays: Type.Array(Id, { description: 'The newest replays of the run.' }),
    input: AnyJson,
    output: AnyJson,
    usage: Type.Object(USAGE_WITH_CHILDREN),
    eventSeq: Type.Integer({ description: 'Number of the latest event.' }),
    steps: Type.Array(StepSchema),
  },
  { title: 'Run', additionalProperties: false },
);

export const RunPage = Page('RunPage', RunSummarySchema);
export const StepPage = Page('StepPage', StepSchema);
