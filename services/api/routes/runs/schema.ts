import { Type } from 'typebox';
import { STORED_FROM_BYTES } from '@aio/core/definition/limits';
import type { KindWait } from '@aio/core/definition/kinds/kind';
import { RUN_STATUSES, STEP_STATUSES } from '@aio/core/run/states';
import { MOST_LOOKED_AT } from '@aio/platform/queries/find-runs';
import {
  AnyJson,
  Id,
  Milliseconds,
  Nullable,
  OneOf,
  Page,
  PAGE_QUERY,
  StepId,
  Time,
  UUID,
  WorkflowName,
} from '../../http/common-schema.ts';
import { SkippedBecauseSchema, WaitingSchema } from './waiting-schema.ts';

const LOOKED_AT = MOST_LOOKED_AT.toLocaleString('en');

export const RunParams = Type.Object({ id: Id });
export const RunStepParams = Type.Object({ id: Id, step: StepId });

/** Instead of a parent's id: of none. */
export const NO_PARENT = 'none';
const NONE_OR_ID = `^(${NO_PARENT}|${UUID.slice(1, -1)})$`;

/** Which runs. */
export const RUN_FILTER = {
  workflow: Type.Optional(WorkflowName),
  status: Type.Optional(Type.Array(OneOf(RUN_STATUSES), { maxItems: RUN_STATUSES.length })),
  parent: Type.Optional(
    Type.String({
      pattern: NONE_OR_ID,
      description: `A run: only those that its steps have started. \`none\`: only runs that no step has started. A page looks at ${LOOKED_AT} runs.`,
    }),
  ),
  createdAfter: Type.Optional(Time),
  createdBefore: Type.Optional(Time),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\x00]*$',
      description:
        'Words, or beginnings of words, of the name of the workflow, the first 8 kB of the input, or the error; or the beginning of an id. A run is found some seconds after it was accepted, or has failed; later while very many are.',
    }),
  ),
  owner: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 320,
      pattern: '^[^\\x00]*$',
      description: 'A name or a subject; of the runs that you may see.',
    }),
  ),
  minDurationMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1e12,
      description: `Of runs that have ended. A page looks at ${LOOKED_AT} runs.`,
    }),
  ),
  minCostUsd: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1e9,
      description: `A page looks at ${LOOKED_AT} runs.`,
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

export const StepOutputQuery = Type.Object(
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
    'Of a call of a model: provider, model, inputTokens, outputTokens, costUsd, timeToFirstTokenMs (from the request to the first streamed token; null = none came).',
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

const KIND_WAITS = ['approval', 'child', 'delay', 'event'] as const satisfies readonly KindWait[];

const KindAwaits = {
  ...Nullable(OneOf(KIND_WAITS)),
  description: 'What attempts of this kind wait for without a worker; null = they execute.',
};

const ParentSchema = Type.Object(
  { runId: Id, step: StepId, iteration: Nullable(Type.Integer()) },
  { title: 'Parent', additionalProperties: false, description: 'The step whose run this is.' },
);

export const StoredOutputSchema = Type.Object(
  {
    bytes: Type.Integer({ description: 'Of its JSON.' }),
    sha256: Type.String({ description: 'Of its JSON, in hexadecimal.' }),
    href: Type.String({ description: 'Path under which it is read.' }),
  },
  {
    title: 'StoredOutput',
    additionalProperties: false,
    description: `In place of \`output\` if that has more than ${STORED_FROM_BYTES} bytes and is in the output store.`,
  },
);

export const StepSchema = Type.Object(
  {
    id: StepId,
    kind: Type.String(),
    awaits: KindAwaits,
    needs: Type.Array(StepId),
    status: OneOf(STEP_STATUSES),
    waitingFor: Nullable(WaitingSchema),
    skippedBecause: Type.Optional(SkippedBecauseSchema),
    resolution: {
      ...Nullable(OneOf(['fallback', 'reused', 'edited'])),
      description:
        '`reused`: its result is of the run that this one goes on from or repeats; `edited`: its output was given with the replay.',
    },
    iteration: Nullable(Type.Integer({ description: "Index of the map's item." })),
    attempt: Type.Integer({ description: 'Attempts started.' }),
    crashes: Type.Integer({ description: 'Workers that died with it running.' }),
    readyAt: Nullable(Time),
    startedAt: Nullable(Time),
    finishedAt: Nullable(Time),
    dueAt: Nullable(Time),
    queueTimeMs: Nullable(Milliseconds),
    executionMs: Nullable(Milliseconds),
    output: Type.Optional(AnyJson),
    storedOutput: Type.Optional(StoredOutputSchema),
    error: Nullable(FailureSchema),
    usage: Nullable(UsageSchema),
    spanId: Nullable(Type.String()),
    approvalId: Type.Optional(Id),
    childRunId: Type.Optional({
      ...Id,
      description: 'Of a step that runs another workflow: its latest run.',
    }),
    childStatus: Type.Optional(OneOf(RUN_STATUSES)),
    itemKind: Type.Optional(Type.String({ description: 'Of a map: the kind of its items.' })),
    itemAwaits: Type.Optional(KindAwaits),
    itemsTotal: Type.Optional(Type.Integer()),
    itemsByStatus: Type.Optional(Type.Record(Type.String(), Type.Integer())),
    attempts: Type.Array(AttemptSchema),
  },
  { title: 'Step', additionalProperties: false },
);

const WorkflowRef = Type.Object({ name: WorkflowName, version: Type.Integer() });

const StartedBySchema = Type.Object(
  {
    who: Type.String({ description: 'A name.' }),
    via: Nullable(OneOf(['bearer', 'session', 'workflow'])),
  },
  {
    title: 'StartedBy',
    additionalProperties: false,
    description:
      'A program with a token, a person at the pages, or a step of another run; `via` null = not known.',
  },
);

const SUMMARY = {
  id: Id,
  workflow: WorkflowRef,
  status: OneOf(RUN_STATUSES),
  waitingFor: {
    ...Nullable(WaitingSchema),
    description:
      'Why the run does not go on, or what the step that decides waits for. In lists a running run says only what stops it: no worker, a paused lane, a silent worker.',
  },
  owner: Type.String(),
  error: Nullable(FailureSchema),
  retryOf: Nullable(Id),
  replayOf: Nullable(Id),
  parent: Nullable(ParentSchema),
  childRuns: Type.Boolean({ description: 'Whether its steps have started runs.' }),
  createdAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
  queueTimeMs: Nullable(Milliseconds),
  durationMs: Nullable(Milliseconds),
  stepsTotal: Type.Integer(),
  stepsDone: Type.Integer(),
  costUsd: {
    ...Nullable(Type.Number()),
    description:
      'Of the calls of models so far whose model has a price; null = nothing was executed, or an earlier release did.',
  },
  inputSummary: {
    ...Nullable(Type.String()),
    description: 'The first 120 characters of the input as JSON; null = the input is long.',
  },
  startedBy: StartedBySchema,
  traceId: Nullable(Type.String()),
  traceUrl: Nullable(Type.String({ format: 'uri' })),
};

export const RunSummarySchema = Type.Object(SUMMARY, {
  title: 'RunSummary',
  additionalProperties: false,
});

export const RunSchema = Type.Object(
  {
    ...SUMMARY,
    retriedBy: Type.Optional(Id),
    replays: Type.Array(Id, { description: 'The newest runs that repeat it.' }),
    input: AnyJson,
    output: AnyJson,
    usage: Type.Object({
      inputTokens: Type.Integer(),
      outputTokens: Type.Integer(),
      costUsd: Type.Number(),
    }),
    eventSeq: Type.Integer({ description: 'Number of the latest event.' }),
    steps: Type.Array(StepSchema),
  },
  { title: 'Run', additionalProperties: false },
);

export const RunPage = Page('RunPage', RunSummarySchema);
export const StepPage = Page('StepPage', StepSchema);
