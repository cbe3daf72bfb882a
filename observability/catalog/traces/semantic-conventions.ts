/** Attribute keys of OpenTelemetry. If an unstable convention changes, change only this file. */

/** Stable: HTTP, database, errors, network. */
export const STABLE = {
  httpRequestMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpResponseStatusCode: 'http.response.status_code',
  httpRequestResendCount: 'http.request.resend_count',
  urlPath: 'url.path',
  urlScheme: 'url.scheme',
  urlFull: 'url.full',
  clientAddress: 'client.address',
  networkProtocolVersion: 'network.protocol.version',
  userAgentOriginal: 'user_agent.original',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
  dbSystemName: 'db.system.name',
  dbNamespace: 'db.namespace',
  dbOperationName: 'db.operation.name',
  dbCollectionName: 'db.collection.name',
  dbQuerySummary: 'db.query.summary',
  dbResponseStatusCode: 'db.response.status_code',
  serviceName: 'service.name',
  serviceVersion: 'service.version',
  serviceInstanceId: 'service.instance.id',
  deploymentEnvironmentName: 'deployment.environment.name',
} as const;

/** In development upstream: messaging.* as of semantic conventions 1.43. */
export const MESSAGING = {
  messagingSystem: 'messaging.system',
  messagingDestinationName: 'messaging.destination.name',
  messagingOperationName: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
  messagingMessageId: 'messaging.message.id',
  messagingBatchMessageCount: 'messaging.batch.message_count',
} as const;

/** In development upstream: attributes only of log records, as of semantic conventions 1.43. */
export const LOG_RECORD = {
  eventName: 'event.name',
  userId: 'user.id',
} as const;

/** In development upstream: gen_ai.* as of semantic-conventions-genai 0.1.0. */
export const GEN_AI = {
  genAiOperationName: 'gen_ai.operation.name',
  /** Of a run: its workflow. */
  genAiAgentName: 'gen_ai.agent.name',
  genAiPromptName: 'gen_ai.prompt.name',
  genAiPromptVersion: 'gen_ai.prompt.version',
  /** Content: only if asked for. */
  genAiSystemInstructions: 'gen_ai.system_instructions',
  genAiInputMessages: 'gen_ai.input.messages',
  genAiOutputMessages: 'gen_ai.output.messages',
  genAiProviderName: 'gen_ai.provider.name',
  genAiRequestModel: 'gen_ai.request.model',
  genAiRequestMaxTokens: 'gen_ai.request.max_tokens',
  genAiRequestTemperature: 'gen_ai.request.temperature',
  genAiRequestStream: 'gen_ai.request.stream',
  genAiOutputType: 'gen_ai.output.type',
  genAiResponseModel: 'gen_ai.response.model',
  genAiResponseId: 'gen_ai.response.id',
  genAiResponseFinishReasons: 'gen_ai.response.finish_reasons',
  /** Seconds. */
  genAiResponseTimeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  genAiUsageInputTokens: 'gen_ai.usage.input_tokens',
  genAiUsageCacheReadInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  genAiUsageCacheWriteInputTokens: 'gen_ai.usage.cache_write.input_tokens',
  genAiUsageOutputTokens: 'gen_ai.usage.output_tokens',
  genAiUsageReasoningOutputTokens: 'gen_ai.usage.reasoning.output_tokens',
} as const;
