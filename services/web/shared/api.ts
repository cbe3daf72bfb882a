/** Types of the API's answers, from its own schemas. Imports only types, so pages load no code of the API. */
import type { Static } from 'typebox';
import type { RunEventSchema } from '@aio/api/events/run-event';
import type { StepTextSchema } from '@aio/api/events/step-text';
import type { ExemplarSchema, QueryDataSchema, TargetDataSchema } from '@aio/api/monitoring/schema';
import type {
  AlertList as AlertListSchema,
  AlertSchema,
  RunbookSchema,
} from '@aio/api/routes/alerts/schema';
import type {
  BoardList as BoardListSchema,
  MarkList,
  VariableList,
} from '@aio/api/routes/dashboards/schema';
import type { FaultSchema, ProblemSchema } from '@aio/api/http/common-schema';
import type { ApprovalSchema } from '@aio/api/routes/approvals/schema';
import type { AuditEntrySchema } from '@aio/api/routes/audit/schema';
import type { EventSchema } from '@aio/api/routes/events/schema';
import type { GameDaysSchema, GameSchema } from '@aio/api/routes/game-days/schema';
import type { BudgetList, OverviewSchema } from '@aio/api/routes/overview/schema';
import type { QueueSchema } from '@aio/api/routes/queues/schema';
import type { LogsSchema, RunLogsSchema } from '@aio/api/routes/runs/logs-schema';
import type {
  AttemptsSchema,
  RunSchema,
  RunSummarySchema,
  StepSchema,
} from '@aio/api/routes/runs/schema';
import type { RunTraceSchema, SpanSchema } from '@aio/api/routes/runs/trace-schema';
import type { TelemetrySchema } from '@aio/api/routes/telemetry/schema';
import type { StepInputSchema } from '@aio/api/routes/runs/step-input-schema';
import type { BulkResultSchema } from '@aio/api/routes/runs/bulk-routes';
import type { RunTimeSchema } from '@aio/api/routes/runs/time-schema';
import type { SecretSchema } from '@aio/api/routes/secrets/schema';
import type { WorkflowGridSchema } from '@aio/api/routes/workflows/grid-route';
import type { WorkflowStatisticsSchema } from '@aio/api/routes/workflows/statistics-schema';
import type { WorkerSchema } from '@aio/api/routes/workers/schema';
import type {
  ValidationSchema,
  VersionSchema,
  VersionSummarySchema,
  WorkflowSchema,
  ListedWorkflowSchema,
} from '@aio/api/routes/workflows/schema';
import type { RunStatus, StepStatus } from '@aio/core/run/states';

export type { RunStatus, StepStatus };
export type RunSummary = Static<typeof RunSummarySchema>;
export type Run = Static<typeof RunSchema>;
export type Step = Static<typeof StepSchema>;
export type Attempt = Step['attempts'][number];
/** A failure has details in addition to code and message, such as the failed `step` of a run. */
export type Failure = NonNullable<Run['error']> & Record<string, unknown>;
/** How the runs of the last minutes are doing. */
export type Overview = Static<typeof OverviewSchema>;
export type ErrorBudgetList = Static<typeof BudgetList>;
export type RunEvent = Static<typeof RunEventSchema>;
/** A piece of a text that a model is writing. */
export type StepText = Static<typeof StepTextSchema>;
/** Settings for the telemetry of pages. */
export type Telemetry = Static<typeof TelemetrySchema>;
/** Why a run, a step or an item does not continue. */
export type Waiting = NonNullable<Step['waitingFor']>;
/** An event that a client posted to the API. */
export type OutsideEvent = Static<typeof EventSchema>;
export type Queue = Static<typeof QueueSchema>;
/** All but its value. */
export type Secret = Static<typeof SecretSchema>;
export type Worker = Static<typeof WorkerSchema>;
export type RunLogs = Static<typeof RunLogsSchema>;
/** All attempts of a step or an item. */
export type Attempts = Static<typeof AttemptsSchema>;
/** Where the time of a run went. */
export type RunTime = Static<typeof RunTimeSchema>;
/** Figures of the last runs of a workflow. */
export type WorkflowStatistics = Static<typeof WorkflowStatisticsSchema>;
/** The steps of the last runs of a workflow. */
export type WorkflowGrid = Static<typeof WorkflowGridSchema>;
/** Many runs cancelled or retried. */
export type BulkResult = Static<typeof BulkResultSchema>;
export type RunTrace = Static<typeof RunTraceSchema>;
export type Span = Static<typeof SpanSchema>;
/** Evaluated input of a step. */
export type StepInput = Static<typeof StepInputSchema>;
export type StepLogs = Static<typeof LogsSchema>;
/** A change by a user or a machine. */
export type AuditEntry = Static<typeof AuditEntrySchema>;
export type Approval = Static<typeof ApprovalSchema>;
export type WorkflowSummary = Static<typeof ListedWorkflowSchema>;
export type BoardList = Static<typeof BoardListSchema>;
export type BoardVariable = Static<typeof VariableList>['items'][number];
/** A marked event on a board: a deployment, a restart, … */
export type BoardMark = Static<typeof MarkList>['items'][number];
/** The data of a panel. */
export type QueryData = Static<typeof QueryDataSchema>;
export type TargetData = Static<typeof TargetDataSchema>;
export type Exemplar = Static<typeof ExemplarSchema>;
export type Alert = Static<typeof AlertSchema>;
export type AlertList = Static<typeof AlertListSchema>;
export type Runbook = Static<typeof RunbookSchema>;
/** Faults of the running system, with their promises. */
export type GameDays = Static<typeof GameDaysSchema>;
export type GameFault = GameDays['faults'][number];
export type Game = Static<typeof GameSchema>;
export type VersionSummary = Static<typeof VersionSummarySchema>;
export type Validation = Static<typeof ValidationSchema>;
export type Fault = Static<typeof FaultSchema>;
export type Problem = Pick<Static<typeof ProblemSchema>, 'status' | 'code' | 'title'> &
  Partial<Static<typeof ProblemSchema>>;

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** The keywords of JSON Schema that a form is made from; the API checks all of them. */
export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  /** Example inputs that a form can fill in. */
  examples?: unknown[];
  /** An annotation of AIO's: what happens with each of the examples. */
  'x-exampleNames'?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  maxLength?: number;
  format?: string;
  pattern?: string;
}

export interface StepDefinition {
  type: string;
  [field: string]: unknown;
}

/** A definition has passed the API's validation before it comes back out of it. */
export interface Definition {
  name: string;
  input?: JsonSchema;
  steps: Record<string, StepDefinition>;
}

export type Workflow = Static<typeof WorkflowSchema> & { definition: Definition };
export type Version = Static<typeof VersionSchema> & { definition: Definition };
