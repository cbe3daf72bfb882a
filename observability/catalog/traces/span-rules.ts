import { ATTRIBUTES, type AttributeKey } from './attributes.ts';
import type { SpanKey } from './spans.ts';

/** A span of AIO; `root` = no parent; `outside` = a client's span, which we never receive. */
export type SpanPlace = SpanKey | 'root' | 'outside';

/** Place of a span in its trace, and its required attributes. */
export interface SpanRule {
  /** Possible parents. */
  readonly parents: readonly SpanPlace[];
  /** Possible links: the cause in another trace, or the spans that it waited for. */
  readonly links?: readonly SpanPlace[];
  /** Attributes of every such span: required by the semantic conventions, or ids that queries use. */
  readonly required: readonly AttributeKey[];
}

/** Required of every failed span. */
export const REQUIRED_OF_FAILED: AttributeKey = ATTRIBUTES.errorType;

/** Resource attributes of every span and log record. OpenTelemetry requires those of the SDK. */
export const REQUIRED_OF_RESOURCE: readonly string[] = [
  ATTRIBUTES.serviceName,
  ATTRIBUTES.serviceVersion,
  ATTRIBUTES.serviceInstanceId,
  ATTRIBUTES.deploymentEnvironmentName,
  'telemetry.sdk.name',
  'telemetry.sdk.language',
  'telemetry.sdk.version',
];

const A = ATTRIBUTES;
const RUN = [A.runId, A.workflowName] as const;
const STEP = [...RUN, A.stepId, A.stepKind, A.stepAttempt] as const;
const MESSAGE = [
  A.messagingSystem,
  A.messagingDestinationName,
  A.messagingOperationName,
  A.messagingOperationType,
] as const;
const SERVER = [A.serverAddress, A.serverPort] as const;

/**
 * Parents of queries: a request or a job. Queries of the run queue's jobs are below their run, and the query that
 * starts a child run is below its step.
 */
const ASKS_DATABASE = ['httpServer', 'process', 'run', 'step'] as const;

export const SPAN_RULES: Readonly<Record<SpanKey, SpanRule>> = {
  httpServer: {
    parents: ['root', 'outside', 'httpClient'],
    // The client's span, if the API does not trust its `traceparent`.
    links: ['outside'],
    required: [A.httpRequestMethod, A.urlPath, A.urlScheme, A.httpResponseStatusCode],
  },
  submit: { parents: ['root'], links: ['httpServer'], required: RUN },
  run: {
    parents: ['httpServer', 'submit', 'step'],
    // The request that cancelled it, or the run that it retries or replays.
    links: ['httpServer', 'run'],
    required: [
      ...RUN,
      A.workflowVersion,
      A.runStatus,
      A.runStepsTotal,
      A.genAiOperationName,
      A.genAiAgentName,
    ],
  },
  started: { parents: ['run'], required: [...RUN, A.workflowVersion] },
  step: { parents: ['run', 'step'], links: ['step'], required: [...STEP, A.stepStatus] },
  queue: { parents: ['run', 'step'], required: [...RUN, A.messagingDestinationName] },
  load: { parents: ['run'], required: RUN },
  // In a lane, below the attempt.
  evaluate: { parents: ['run', 'process'], required: RUN },
  commit: { parents: ['run', 'process'], required: RUN },
  // The request that posted the event.
  wait: { parents: ['step'], links: ['httpServer'], required: STEP },
  approval: { parents: ['step'], links: ['httpServer'], required: STEP },
  // The request that accepts a run sends its job; the run sends the jobs of its steps.
  send: { parents: ['httpServer', 'run'], required: MESSAGE },
  // Jobs that the reconciler sends have no sender.
  process: {
    parents: ['run', 'step'],
    links: ['send'],
    required: [...MESSAGE, A.messagingMessageId],
  },
  database: {
    parents: ASKS_DATABASE,
    required: [A.dbSystemName, A.dbNamespace, A.dbQuerySummary, ...SERVER],
  },
  connectionWait: { parents: ASKS_DATABASE, required: [A.dbSystemName, A.dbNamespace, ...SERVER] },
  llm: {
    parents: ['process'],
    required: [
      A.genAiOperationName,
      A.genAiProviderName,
      A.genAiRequestModel,
      A.genAiRequestStream,
      A.genAiPromptName,
      A.genAiPromptVersion,
      ...SERVER,
    ],
  },
  httpClient: {
    parents: ['process'],
    required: [A.httpRequestMethod, A.urlFull, ...SERVER],
  },
};
