/** Trace context between processes, and exemplars of AIO's metrics. */
export * from '@aio/tracing/trace-context';

/** The exemplar of an observation; undefined = its trace is not sampled. */
export function exemplarOf(
  traceId: string | undefined,
  runId?: string,
): { trace_id: string; run_id?: string } | undefined {
  if (traceId === undefined) return undefined;
  return runId === undefined ? { trace_id: traceId } : { trace_id: traceId, run_id: runId };
}
