import { ATTRIBUTES, type AttributeKey } from './attributes.ts';

export interface SpanDefinition {
  /** Name with its variable parts in braces. Parts have few values: never an id or a raw path. */
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
    help: 'A request to the API. It is the root of the trace if the client sends no `traceparent`.',
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
    help: 'The API retries one of many runs. The root of a new trace, linked to the request.',
    attributes: [A.runId, A.workflowName],
  },
  run: {
    name: 'run {workflow}',
    kind: 'internal',
    help: 'A run from acceptance to its terminal state, below the request or step that started it. Exported when the run ends; until then, see `started {workflow}`.',
    attributes: [
      A.runId,
      A.workflowName,
      A.workflowVersion,
      A.runStatus,
      A.runStepsTotal,
      A.runRetryOf,
      A.runReplayOf,
      A.genAiOperationName,
      A.genAiAgentName,
      A.errorType,
    ],
  },
  started: {
    name: 'started {workflow}',
    kind: 'internal',
    help: 'A run that lasts, without a length, at its first claim: it shows the run while its own span is open. Exported once the run is released, or held for two seconds.',
    attributes: [
      A.runId,
      A.workflowName,
      A.workflowVersion,
      A.runRetryOf,
      A.runReplayOf,
      A.genAiOperationName,
      A.genAiAgentName,
    ],
  },
  step: {
    name: 'step {kind}',
    kind: 'internal',
    help: 'A step from ready to the end of its last attempt, below its run. A map item is below its map. Links to the steps that it waited for.',
    attributes: [...STEP, A.stepStatus, A.stepParents, A.queueTimeMs, A.workerId, A.errorType],
  },
  queue: {
    name: 'queue',
    kind: 'internal',
    help: 'Time in a queue: of a run from acceptance, or the end of its wait, to its claim; of a lane attempt from ready to started.',
    attributes: [A.messagingDestinationName, ...STEP],
  },
  load: {
    name: 'load',
    kind: 'internal',
    help: 'A worker loads a run that it has claimed, or what others have changed in it. Only if it takes more than 1 ms.',
    attributes: [A.runId, A.workflowName],
  },
  evaluate: {
    name: 'evaluate {field}',
    kind: 'internal',
    help: 'An evaluation of a field, such as `if`, `over`, `with` or `output`, from the wait for its turn of the event loop. It includes the reading of the outputs that it names, and an `if` the `over` of its map. Only if it takes more than 1 ms.',
    attributes: [A.runId, A.workflowName, A.stepId, A.stepAttempt, A.stepIteration],
  },
  commit: {
    name: 'commit',
    kind: 'internal',
    help: 'A worker records what it has decided in a run, or the result of an attempt in a lane, until PostgreSQL has it. Only if it takes more than 1 ms.',
    attributes: [A.runId, A.workflowName, A.commitRuns],
  },
  wait: {
    name: 'wait {kind}',
    kind: 'internal',
    help: 'Wait for a delay, an event or a child run, or the back-off before the next attempt.',
    attributes: [...STEP],
  },
  approval: {
    name: 'approval',
    kind: 'internal',
    help: 'Wait for a decision of a person, from the request to the decision.',
    attributes: [...STEP, A.approvalId, A.approvalDecision],
  },
  send: {
    name: 'send {queue}',
    kind: 'producer',
    help: 'Sending jobs for runs or steps to their queue.',
    attributes: [
      A.messagingSystem,
      A.messagingDestinationName,
      A.messagingOperationName,
      A.messagingOperationType,
      A.messagingMessageId,
      A.messagingBatchMessageCount,
      A.serverAddress,
      A.serverPort,
      A.errorType,
    ],
  },
  process: {
    name: 'process {queue}',
    kind: 'consumer',
    help: 'Processing of a job. In a lane: one attempt of a step, including its claim and the recording of its result. In the run queue: the time that a worker holds the run. Linked to the span that sent the job.',
    attributes: [
      A.messagingSystem,
      A.messagingDestinationName,
      A.messagingOperationName,
      A.messagingOperationType,
      A.messagingMessageId,
      A.serverAddress,
      A.serverPort,
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
    help: 'A query on its connection, named after its function, without text and values.',
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
    help: 'Wait for a connection to the database, because none was free.',
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
    help: 'A call to a language model, without prompt and answer unless they are captured.',
    attributes: [
      A.genAiOperationName,
      A.genAiProviderName,
      A.genAiRequestModel,
      A.genAiRequestMaxTokens,
      A.genAiRequestTemperature,
      A.genAiRequestStream,
      A.genAiPromptName,
      A.genAiPromptVersion,
      A.genAiSystemInstructions,
      A.genAiInputMessages,
      A.genAiOutputMessages,
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
    help: 'A request of an http step. The URL has no query and fragment.',
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
} as const satisfies Readonly<Record<string, SpanDefinition>>;

export type SpanKey = keyof typeof SPANS;

/** Variable parts of a span's name: `'{method} {route}'` -> `'method' | 'route'`. */
type PartsOf<Name extends string> = Name extends `${string}{${infer Part}}${infer Rest}`
  ? Part | PartsOf<Rest>
  : never;

/** The name of a span: `spanName('run', { workflow: 'triage' })` -> `run triage`. */
export function spanName<K extends SpanKey>(
  key: K,
  parts: Readonly<Record<PartsOf<(typeof SPANS)[K]['name']>, string>>,
): string {
  // Odd pieces are names of parts. A regular expression here took 1 % of a traced request.
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
