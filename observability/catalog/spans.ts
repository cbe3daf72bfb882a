import { ATTRIBUTES, type AttributeKey } from './attributes.ts';

export interface SpanDefinition {
  /** Name with its variable parts in braces; these are few: never an id, never a raw path. */
  readonly name: string;
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  readonly help: string;
  readonly attributes: readonly AttributeKey[];
}

const A = ATTRIBUTES;
const STEP = [
  A.runId,
  A.workflowName,
  A.stepId,
  A.stepKind,
  A.stepAttempt,
  A.stepIteration,
] as const;

/** Every span, by the key that code uses. */
export const SPANS = {
  httpServer: {
    name: '{method} {route}',
    kind: 'server',
    help: 'A request to the API; the root of a run when the client sends no `traceparent`.',
    attributes: [
      A.httpRequestMethod,
      A.httpRoute,
      A.urlPath,
      A.urlScheme,
      A.serverAddress,
      A.serverPort,
      A.clientAddress,
      A.userAgentOriginal,
      A.networkProtocolVersion,
      A.httpResponseStatusCode,
      A.errorType,
      A.runId,
      A.workflowName,
      A.idempotencyReplayed,
    ],
  },
  submit: {
    name: 'submit {workflow}',
    kind: 'producer',
    help: 'A run of a batch is accepted: the root of its own trace, linked to the request.',
    attributes: [A.runId, A.workflowName],
  },
  run: {
    name: 'run {workflow}',
    kind: 'internal',
    help: 'A run from acceptance to its terminal state, below the request or the step that started it; exported at its end.',
    attributes: [
      A.runId,
      A.workflowName,
      A.workflowVersion,
      A.runStatus,
      A.runStepsTotal,
      A.runRetryOf,
      A.runReplayOf,
      A.errorType,
    ],
  },
  step: {
    name: 'step {kind}',
    kind: 'internal',
    help: 'A step from the moment it is ready to the end of its last attempt, below its run; of an item, below its map. Links to the steps it waited for.',
    attributes: [...STEP, A.stepStatus, A.stepParents, A.queueTimeMs, A.workerId, A.errorType],
  },
  queue: {
    name: 'queue',
    kind: 'internal',
    help: 'What waits in a queue: a run from its acceptance to its first claim, an attempt in a lane from ready to started.',
    attributes: [A.messagingDestinationName, ...STEP],
  },
  wait: {
    name: 'wait {kind}',
    kind: 'internal',
    help: 'A delay, an event or a child run that is waited for, or the pause before the next attempt.',
    attributes: [...STEP],
  },
  approval: {
    name: 'approval',
    kind: 'internal',
    help: 'From asking a person to the decision.',
    attributes: [...STEP, A.approvalId, A.approvalDecision],
  },
  send: {
    name: 'send {queue}',
    kind: 'producer',
    help: 'Runs or steps are put into their queue, as jobs for the workers; made by BullMQ.',
    attributes: [
      A.messagingSystem,
      A.messagingDestinationName,
      A.messagingOperationName,
      A.messagingOperationType,
      A.messagingMessageId,
      A.messagingBatchMessageCount,
      A.errorType,
    ],
  },
  process: {
    name: 'process {queue}',
    kind: 'consumer',
    help: 'A job of a queue from taken to done; made by BullMQ. In a lane it is one attempt of a step, with its claim and the record of its result; in the run queue, the time that a worker holds the run.',
    attributes: [
      A.messagingSystem,
      A.messagingDestinationName,
      A.messagingOperationName,
      A.messagingOperationType,
      A.messagingMessageId,
      ...STEP,
      A.queueTimeMs,
      A.executionTimeMs,
      A.eventLoopActiveMs,
      A.workerId,
      A.errorType,
    ],
  },
  database: {
    name: '{query}',
    kind: 'client',
    help: 'A query on its connection, by the name of its function; the text and the values stay out.',
    attributes: [
      A.dbSystemName,
      A.dbNamespace,
      A.dbQuerySummary,
      A.dbOperationName,
      A.dbCollectionName,
      A.dbResponseStatusCode,
      A.serverAddress,
      A.serverPort,
      A.errorType,
    ],
  },
  connectionWait: {
    name: 'acquire connection',
    kind: 'internal',
    help: 'No connection to the database was free: a caller waits until one is, or is made.',
    attributes: [
      A.dbSystemName,
      A.dbNamespace,
      A.dbResponseStatusCode,
      A.serverAddress,
      A.serverPort,
      A.errorType,
    ],
  },
  llm: {
    name: 'chat {model}',
    kind: 'client',
    help: 'A call of a language model; prompt and answer stay out.',
    attributes: [
      A.genAiOperationName,
      A.genAiProviderName,
      A.genAiRequestModel,
      A.genAiRequestMaxTokens,
      A.genAiRequestTemperature,
      A.genAiRequestStream,
      A.genAiOutputType,
      A.genAiResponseModel,
      A.genAiResponseId,
      A.genAiResponseFinishReasons,
      A.genAiResponseTimeToFirstChunk,
      A.genAiUsageInputTokens,
      A.genAiUsageCacheReadInputTokens,
      A.genAiUsageCacheWriteInputTokens,
      A.genAiUsageOutputTokens,
      A.genAiUsageReasoningOutputTokens,
      A.llmCostUsd,
      A.serverAddress,
      A.serverPort,
      A.errorType,
    ],
  },
  httpClient: {
    name: '{method}',
    kind: 'client',
    help: 'The request of an http step, or of the web UI to the API (made by the browser); query and fragment of its URL stay out.',
    attributes: [
      A.httpRequestMethod,
      A.urlFull,
      A.serverAddress,
      A.serverPort,
      A.httpResponseStatusCode,
      A.httpRequestResendCount,
      A.errorType,
    ],
  },
  webClick: {
    name: 'click {page}',
    kind: 'internal',
    help: 'A click of a person in the web UI, with the calls to the API that came of it; made by the browser. `page` is a route of the web UI. The root of its trace.',
    attributes: [A.webRoute, A.appWidgetName],
  },
  webNavigation: {
    name: 'navigate {page}',
    kind: 'internal',
    help: 'A navigation to a page of the web UI that came of no click, such as "back", with the calls to the API that came of it; made by the browser. The root of its trace.',
    attributes: [A.webRoute],
  },
} as const satisfies Readonly<Record<string, SpanDefinition>>;

export type SpanKey = keyof typeof SPANS;

/** Names of the variable parts of a span's name: `'{method} {route}'` -> `'method' | 'route'`. */
type PartsOf<Name extends string> = Name extends `${string}{${infer Part}}${infer Rest}`
  ? Part | PartsOf<Rest>
  : never;

/** The name of a span: `spanName('run', { workflow: 'triage' })` -> `run triage`. */
export function spanName<K extends SpanKey>(
  key: K,
  parts: Readonly<Record<PartsOf<(typeof SPANS)[K]['name']>, string>>,
): string {
  // Every other one is the name of a part. By way of a pattern it was a hundredth of a traced request.
  const pieces = PIECES[key];
  let name = pieces[0]!;
  for (let index = 1; index < pieces.length; index += 2) {
    name += (parts as Readonly<Record<string, string>>)[pieces[index]!] ?? '';
    name += pieces[index + 1]!;
  }
  return name;
}

const PIECES = Object.fromEntries(
  Object.entries(SPANS).map(([key, { name }]) => [key, name.split(/\{(\w+)\}/)]),
) as Record<SpanKey, string[]>;
