import { AIO } from '@aio/catalog/attributes';
import { chooseRunSpan } from '@aio/runtime/run-span';
import { tracestateOf } from '@aio/runtime/trace-context';
import type { Tracing } from '@aio/runtime/tracing';
import type { Span } from '@opentelemetry/api';

/** Starts a trace for one run of a batch, linked to the batch's trace. One trace of hundreds of runs would be unreadable. */
export function startTrace(
  { tracing }: { tracing: Pick<Tracing, 'startRoot'> },
  workflow: string,
  runId: string,
  cause: Span,
) {
  const attributes = { [AIO.runId]: runId, [AIO.workflowName]: workflow };
  const root = tracing.startRoot('submit', { workflow }, { attributes, cause });
  root.end();
  return { ...chooseRunSpan(root), tracestate: tracestateOf(root) };
}
