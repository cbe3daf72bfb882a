import { Type } from 'typebox';
import { LAST_RUNS, MOST_LISTED_A_DAY } from '@aio/platform/queries/workflows/list-workflows';
import {
  AnyJson,
  FaultSchema,
  Id,
  Milliseconds,
  Nullable,
  OneOf,
  Page,
  PAGE_QUERY,
  Time,
  WorkflowName,
} from '../../http/common-schema.ts';
import { LastRunSchema, RunsPerDay, Share } from './statistics-schema.ts';

export const WorkflowParams = Type.Object({ name: WorkflowName });
export const VersionParams = Type.Object({
  name: WorkflowName,
  version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
});

export const StoreQuery = Type.Object(
  {
    publish: Type.Optional(
      Type.Boolean({ description: '`false` = the published version stays as it is.' }),
    ),
  },
  { additionalProperties: false },
);

export const ListQuery = Type.Object(
  {
    ...PAGE_QUERY,
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: '^[^\\x00]*$',
        description: 'Part of a name; case does not matter.',
      }),
    ),
    hasExample: Type.Optional(
      Type.Boolean({ description: '`true` = only workflows whose input has an example.' }),
    ),
  },
  { additionalProperties: false },
);
export const VersionsQuery = Type.Object(PAGE_QUERY, { additionalProperties: false });

const SUMMARY = {
  id: Id,
  name: WorkflowName,
  description: Nullable(Type.String()),
  version: Type.Integer({
    description: 'Number of the published version; the newest one if none is published.',
  }),
  createdAt: Time,
  pausedAt: Nullable(Time),
};

const HAS_EXAMPLE = Type.Boolean({
  description:
    'Whether a version is published whose input schema has an example that you can start a run with.',
});

export const ListedWorkflowSchema = Type.Object(
  {
    ...SUMMARY,
    hasExample: HAS_EXAMPLE,
    lastRun: Nullable(LastRunSchema),
    succeeded: Type.Integer({ description: `Among the last ${LAST_RUNS} finished runs.` }),
    failed: Type.Integer({ description: `Among the last ${LAST_RUNS} finished runs.` }),
    successShare: {
      ...Nullable(Share),
      description: `succeeded / (succeeded + failed) of the last ${LAST_RUNS} finished runs.`,
    },
    p95DurationMs: Nullable(Milliseconds),
    runsPerDay: RunsPerDay(MOST_LISTED_A_DAY),
  },
  { title: 'ListedWorkflow', additionalProperties: false },
);

const SOURCE = {
  definition: AnyJson,
  source: Type.String({ description: 'As posted, with comments.' }),
  mediaType: OneOf(['application/json', 'application/yaml']),
};

const PUBLISHED = {
  publishedAt: {
    ...Nullable(Time),
    description: 'Since when this version is the published one; null = it is not.',
  },
  publishedBy: Nullable(Type.String({ description: 'Name of the user who published it.' })),
};

export const WorkflowSchema = Type.Object(
  {
    ...SUMMARY,
    ...PUBLISHED,
    latestVersion: Type.Integer({ description: 'Number of the newest version.' }),
    pausedBy: {
      ...Nullable(Type.String()),
      description: 'Name of the user who paused it; null = not paused, or unknown.',
    },
    pauseReason: {
      ...Nullable(Type.String()),
      description: 'Reason for the pause; null = not paused, or none.',
    },
    ...SOURCE,
  },
  { title: 'Workflow', additionalProperties: false },
);

const VERSION = {
  name: WorkflowName,
  version: Type.Integer(),
  createdAt: Time,
  createdBy: Type.String(),
  ...PUBLISHED,
};

export const VersionSummarySchema = Type.Object(VERSION, {
  title: 'VersionSummary',
  additionalProperties: false,
});

export const VersionSchema = Type.Object(
  { ...VERSION, ...SOURCE },
  { title: 'Version', additionalProperties: false },
);

export const WorkflowPage = Page('WorkflowPage', ListedWorkflowSchema);
export const VersionPage = Page('VersionPage', VersionSummarySchema);

export const ValidationSchema = Type.Union(
  [
    Type.Object({ valid: Type.Literal(true), errors: Type.Array(FaultSchema, { maxItems: 0 }) }),
    Type.Object({ valid: Type.Literal(false), errors: Type.Array(FaultSchema, { minItems: 1 }) }),
  ],
  { title: 'Validation' },
);
