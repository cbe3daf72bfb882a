import { ATTRIBUTES, type AttributeKey } from './attributes.ts';
import type { SpanKey } from './spans.ts';

/** A span of ours, `root` = none, `outside` = one of a client, which we never receive. */
export type SpanPlace = SpanKey | 'root' | 'outside';

/** Where a span is in its trace, and what each of its kind has. */
export interface SpanRule {
  /** What it may lie right below. */
  readonly parents: readonly SpanPlace[];
  /** What it may link to: what brought it about from another trace, or what it waited for. */
  readonly links?: readonly SpanPlace[];
  /** Attributes that each of them has: those that the semantic conventions require, and the ids that queries rely on. */
  readonly required: readonly AttributeKey[];
}

/** What each span has that failed, whatever its kind. */
export const REQUIRED_OF_FAILED: AttributeKey = ATTRIBUTES.errorType;

/** What each process says of itself with every span and log record; OpenTelemetry requires those of the SDK. */
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
 * What asks the database: a request, or a job. What a job of the run queue asks lies below its run; of steps, one that
 * starts a run asks.
 */
const ASKS_DATABASE = ['httpServer', 'process', 'run', 'step'] as const;

export const SPAN_RULES: Readonly<Record<SpanKey, SpanRule>> = {
  httpServer: {
    parents: ['root', 'outside', 'httpClient'],
    // A `traceparent` that is not believed.
    links: ['outside'],
    required: [A.httpRequestMethod, A.urlPath, A.urlScheme, A.httpResponseStatusCode],
  },
  submit: { parents: ['root'], links: ['httpServer'], required: RUN },
  run: {
    parents: ['httpServer', 'submit', 'step'],
    // The request that cancelled it, the run that it retries or replays.
    links: ['httpServer', 'run'],
    required: [...RUN, A.workflowVersion, A.runStatus, A.runStepsTotal],
  },
  step: { parents: ['run', 'step'], links: ['step'], required: [...STEP, A.stepStatus] },
  queue: { parents: ['run', 'step'], required: [...RUN, A.messagingDestinationName] },
  // An event that was posted.
  wait: { parents: ['step'], links: ['httpServer'], required: STEP },
  approval: { parents: ['step'], links: ['httpServer'], required: STEP },
  // A run's job is sent by the request that accepts it, jobs of steps by their run.
  send: { parents: ['httpServer', 'run'], required: MESSAGE },
  process: { parents: ['run', 'step'], required: [...MESSAGE, A.messagingMessageId] },
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
      ...SERVER,
    ],
  },
  httpClient: {
    // Of a browser: below what somebody did, or the doing of a timer.
    parents: ['process', 'webClick', 'webNavigation', 'root'],
    required: [A.httpRequestMethod, A.urlFull, ...SERVER],
  },
  webClick: { parents: ['root'], required: [A.webRoute] },
  webNavigation: { parents: ['root'], required: [A.webRoute] },
};
