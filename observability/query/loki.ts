import { linesWith } from '@aio/catalog/logs/logql';
import { endpointOf } from './endpoint.ts';
import { describeProcess, describeRequest, type LogFilter, type LogLine } from './log-lines.ts';

/** Loki does not answer, or refuses the query. */
export class LokiAway extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LokiAway';
  }
}

const ANSWER_WITHIN_MS = 10_000;

interface Stream {
  /** Labels and structured metadata. */
  stream: Record<string, string>;
  /** Nanoseconds and body. */
  values: [string, string][];
}

/**
 * The latest `limit` lines that match the filter, oldest first.
 * @param address URL of Loki, optionally with user and password
 * @throws LokiAway
 */
export async function queryLoki(
  address: string,
  filter: LogFilter & { since: number },
  limit: number,
): Promise<LogLine[]> {
  const { url, headers } = endpointOf(address);
  const question = new URLSearchParams({
    query: linesWith(filter),
    start: `${filter.since}000000`,
    end: `${Date.now() + 1000}000000`,
    limit: String(limit),
    direction: 'backward',
  });
  const response = await fetch(`${url}/loki/api/v1/query_range?${question}`, {
    headers,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((cause: unknown) => {
    throw new LokiAway(`Loki does not answer at ${url}`, { cause });
  });
  if (!response.ok)
    throw new LokiAway(`Loki answered ${response.status}: ${(await response.text()).trim()}`);
  const { data } = (await response.json()) as { data: { result: Stream[] } };
  return data.result
    .flatMap(({ stream, values }) => values.map(([time, body]) => toLogLine(stream, time, body)))
    .toSorted((a, b) => a.time - b.time);
}

function toLogLine(stream: Record<string, string>, time: string, body: string): LogLine {
  const message = stream['exception_message'] ?? stream['error_message'];
  const error = [stream['error_type'], message].filter((part) => part !== undefined).join(': ');
  return {
    time: Number(BigInt(time) / 1_000_000n),
    level: stream['severity_text'] ?? stream['detected_level'] ?? 'unknown',
    service: stream['service_name'] ?? 'unknown',
    message: body,
    event: stream['event_name'] ?? null,
    runId: stream['aio_run_id'] ?? null,
    stepId: stream['aio_step_id'] ?? null,
    traceId: stream['trace_id'] ?? null,
    error: error || null,
    request: describeRequest({
      method: stream['http_request_method'],
      route: stream['http_route'],
      status: stream['http_response_status_code'],
      duration_ms: stream['duration_ms'],
      who: stream['user_id'],
    }),
    process: describeProcess({
      worker_id: stream['aio_worker_id'],
      port: stream['port'],
      metrics_port: stream['metrics_port'],
      pid: stream['process_pid'],
    }),
  };
}
